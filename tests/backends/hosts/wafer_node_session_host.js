// The smallest server around wafer-node-session: its README, and nothing else.
//
// The command line gives the folder the packages are installed in, the appid, the secret
// and the port.
"use strict";

const { createRequire } = require("module");
const path = require("path");

const [folder, appId, appSecret, port] = process.argv.slice(2);
const installed = createRequire(path.join(folder, "package.json"));
const express = installed("express");
const session = installed("wafer-node-session");

const app = express();
app.use(session({ appId, appSecret, loginPath: "/login" }));
app.use("/me", (request, response) => {
  response.json(request.session ? request.session.userInfo : { nobody: true });
});

app.listen(Number(port), "127.0.0.1");
