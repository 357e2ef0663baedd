// Ask WeChat with one of Node's SDKs whose address is hard coded.
"use strict";

const { createRequire } = require("module");
const path = require("path");
const { promisify } = require("util");

const [name, folder, appid, secret, code] = process.argv.slice(2);
const installed = createRequire(path.join(folder, "package.json"));

const SDKS = {
  async "co-wechat-api"(API) {
    return (await new API(appid, secret).getAccessToken()).accessToken;
  },
  "wechat-oauth"(OAuth) {
    const client = new OAuth(appid, secret, null, null, true);
    return promisify(client.getSessionKey.bind(client))(code);
  },
};

SDKS[name](installed(name)).then(console.log, (error) => console.log(String(error)));
