// Log in, get a token and a phone number with a bare HTTP client, as a program would.
"use strict";

const https = require("https");

const { appid, secret, name, installed, loginCode, play, wx } = require("./node_phone.js");

const WECHAT = "https://api.weixin.qq.com";
const JSON_SENT = { "Content-Type": "application/json" };

// Each asks one URL, with a body or without, and gives what WeChat said.
const CLIENTS = {
  https: byHttps(),
  "https, an agent of its own": byHttps({ agent: new https.Agent({ keepAlive: true }) }),
  async fetch(url, body) {
    return (await fetch(url, posted(body))).json();
  },
  async undici(url, body) {
    return (await installed("undici").request(url, posted(body))).body.json();
  },
  async got(url, body) {
    return installed("got")(url, body ? { method: "POST", json: body } : {}).json();
  },
  axios: byAxios("axios"),
  "axios-0.16": byAxios("axios-0.16"),
  "axios-0.19": byAxios("axios-0.19"),
  async superagent(url, body) {
    const superagent = installed("superagent");
    const asked = body ? superagent.post(url).send(body) : superagent.get(url);
    return JSON.parse((await asked.buffer()).text);
  },
};

function byHttps(options = {}) {
  return (url, body) =>
    new Promise((resolve, reject) => {
      const { body: sent, ...post } = posted(body);
      const asked = https.request(url, { ...options, ...post }, (answer) => {
        const chunks = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
      });
      asked.on("error", reject).end(sent);
    });
}

function byAxios(version) {
  return async (url, data) =>
    (await installed(version)({ url, data, method: data ? "post" : "get" })).data;
}

function posted(body) {
  return body ? { method: "POST", headers: JSON_SENT, body: JSON.stringify(body) } : {};
}

const ask = CLIENTS[name];
const login = (code) =>
  ask(
    `${WECHAT}/sns/jscode2session?appid=${appid}&secret=${secret}&js_code=${code}` +
      "&grant_type=authorization_code",
  );
const token = () =>
  ask(`${WECHAT}/cgi-bin/token?grant_type=client_credential&appid=${appid}&secret=${secret}`);

play({
  async login() {
    const { openid, session_key } = await login(await loginCode());
    return { openid, session_key };
  },
  async token() {
    return { access_token: (await token()).access_token };
  },
  async phone() {
    const { code } = await wx("getPhoneNumber");
    const url = `${WECHAT}/wxa/business/getuserphonenumber?access_token=`;
    const bought = await ask(url + (await token()).access_token, { code });
    return { phoneNumber: bought.phone_info.phoneNumber };
  },
  async error() {
    const code = await loginCode();
    await login(code);
    return { errcode: (await login(code)).errcode };
  },
});
