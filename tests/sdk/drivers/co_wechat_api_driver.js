// Do with co-wechat-api what a backend does, one call per line of standard input.
//
// The command line gives the folder the packages are installed in, the address of the
// WeChat API, the appid and the secret. A question is {"call": ..., "arguments": [...]};
// the answer is {"result": ...} or {"error": ..., "errcode": ..., "errmsg": ...}.
"use strict";

const { createRequire } = require("module");
const path = require("path");
const readline = require("readline");

const [folder, url, appid, secret] = process.argv.slice(2);
const installed = createRequire(path.join(folder, "package.json"));

const API = installed("co-wechat-api");
// The SDK has no decryption. The class of WeChat's own Node demo stands in for it, as
// another package ships it.
const WXBizDataCrypt = installed("wafer-node-session/lib/WXBizDataCrypt");

// The SDK's own way to add an interface that it does not know.
API.mixin({
  async getPhoneNumber(code) {
    const { accessToken } = await this.ensureAccessToken();
    return this.request(
      `${this.wxaPrefix}business/getuserphonenumber?access_token=${accessToken}`,
      {
        method: "POST",
        data: JSON.stringify({ code }),
        headers: { "Content-Type": "application/json" },
      },
    );
  },
});

const api = new API(appid, secret);
api.prefix = `${url}cgi-bin/`;
api.snsPrefix = `${url}sns/`;
api.wxaPrefix = `${url}wxa/`;

const calls = {
  code2session: (jsCode) => api.code2Session(jsCode),
  access_token: async () => (await api.ensureAccessToken()).accessToken,
  get_phone_number: (code) => api.getPhoneNumber(code),
  decrypt: (sessionKey, iv, encryptedData) =>
    new WXBizDataCrypt(appid, sessionKey).decryptData(encryptedData, iv),
};

async function answer({ call, arguments: values }) {
  try {
    return { result: await calls[call](...values) };
  } catch (error) {
    return { error: error.name, errcode: error.code ?? null, errmsg: error.message };
  }
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
  }
}

main();
