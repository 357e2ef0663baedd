// The smallest server around express-weapp-auth: the route of its README, which says
// "your logic here", and there a login state that opens one page.
//
// The command line gives the folder the packages are installed in, the appid, the secret
// and the port.
"use strict";

const { randomBytes } = require("crypto");
const { createRequire } = require("module");
const path = require("path");

const [folder, appId, appSecret, port] = process.argv.slice(2);
const installed = createRequire(path.join(folder, "package.json"));
const express = installed("express");
const { middleware } = installed("express-weapp-auth");

const app = express();
const people = new Map();
app.use(express.json());
app.post("/session/:code", middleware(appId, appSecret), (request, response) => {
  const { openId, userInfo } = request.weappAuth;
  const token = randomBytes(16).toString("hex");
  people.set(token, { openId, nickName: userInfo.nickName });
  response.json({ token });
});
app.get("/me", (request, response) => {
  const person = people.get(request.get("X-Token"));
  response.status(person ? 200 : 401).json(person || {});
});
app.listen(Number(port), "127.0.0.1");
