// The smallest server around passport-weapp: the strategy and the route of its README,
// and a login state that opens one page.
//
// The command line gives the folder the packages are installed in, the appid, the secret
// and the port.
"use strict";

const { randomBytes } = require("crypto");
const { createRequire } = require("module");
const path = require("path");

const [folder, appID, appSecret, port] = process.argv.slice(2);
const installed = createRequire(path.join(folder, "package.json"));
const express = installed("express");
const passport = installed("passport");
const WeappStrategy = installed("passport-weapp");

const verify = (accessToken, refreshToken, profile, expiresIn, done) =>
  done(null, { openid: profile.openid, unionid: profile.unionid });
// It wants a store of tokens even where, as in a mini program, there are none.
const nothing = async () => undefined;
passport.use(
  new WeappStrategy({ appID, appSecret, getToken: nothing, saveToken: nothing }, verify),
);

const app = express();
const people = new Map();
app.use(passport.initialize());
const logIn = passport.authenticate("weapp", { session: false });
app.get("/auth/weapp", logIn, (request, response) => {
  const token = randomBytes(16).toString("hex");
  people.set(token, request.user);
  response.json({ token });
});
app.get("/me", (request, response) => {
  const person = people.get(request.get("X-Token"));
  response.status(person ? 200 : 401).json(person || {});
});
app.listen(Number(port), "127.0.0.1");
