// A test of some backend, for Node's own test runner, which starts a process per file.
import { match } from "node:assert";
import test from "node:test";

test("the backend is answered", async () => {
  const answer = await fetch("https://api.weixin.qq.com/sns/jscode2session");
  match(await answer.text(), /"errcode":41002/);
});
