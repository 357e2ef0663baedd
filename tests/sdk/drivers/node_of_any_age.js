// Asks WeChat in words that Node 8 knows: a plain call, a name resolved by hand, a child.
"use strict";

const childProcess = require("child_process");
const dns = require("dns");
const https = require("https");

const host = "api.weixin.qq.com";

function ask(address) {
  const asked = { host: address, path: "/sns/jscode2session", headers: { Host: host } };
  https.get(asked, (answer) => answer.on("data", (said) => console.log(String(said))));
}

ask(host);
if (!process.argv[2]) {
  dns.lookup(host, (error, address) => ask(address));
  const options = { env: {}, stdio: "inherit" };
  childProcess.spawn(process.execPath, [__filename, "child"], options);
}
