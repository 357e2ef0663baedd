// What people write by hand: an Express route that exchanges a code.
// node express_mock.js FOLDER_WITH_NODE_MODULES PORT
const { createRequire } = require("node:module");

const [folder, port] = process.argv.slice(2);
const express = createRequire(`${folder}/`)("express");

const SESSION = {
  session_key: "bW9ja3d4bW9ja3d4bW9ja3g=",
  openid: "oMockwxMockwxMockwxMockwxMoc",
  unionid: "oMockwxMockwxMockwxMockwxMoc",
};
const APPS = { wx6d6f636b77780001: "6d6f636b77786d6f636b77786d6f636b" };

const app = express();
app.get("/sns/jscode2session", (request, response) => {
  const { appid, secret, js_code } = request.query;
  if (APPS[appid] !== secret) {
    return response.json({ errcode: 40013, errmsg: "invalid appid" });
  }
  if (!js_code) return response.json({ errcode: 41008, errmsg: "missing code" });
  return response.json(SESSION);
});
app.listen(Number(port), "127.0.0.1");
