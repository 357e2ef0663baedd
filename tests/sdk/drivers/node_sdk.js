// Do with one of Node's SDKs what it can of a login; its address stays as it comes,
// unless the command line gives a setting.
"use strict";

const { format, promisify } = require("util");

const phone = require("./node_phone.js");

const { advance, allow, appid, hosted, installed, loginCode, name } = phone;
const { play, profile, refusal, secret, setting, wx } = phone;

const CALLBACK = "https://shop.example/back";

const SDKS = {
  "co-wechat-api"() {
    const API = installed("co-wechat-api");
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
    const api = setting ? setting(appid, secret) : new API(appid, secret);
    return {
      login: async () => session(await api.code2Session(await loginCode())),
      token: async () => ({ access_token: (await api.ensureAccessToken()).accessToken }),
      phone: async () => number(await api.getPhoneNumber(await phoneCode())),
      error: () => twice((code) => api.code2Session(code)),
      async retry() {
        await api.ensureAccessToken();
        await advance(7201);
        await loginCode();
        return number(await api.getPhoneNumber(await phoneCode()));
      },
    };
  },

  "wechat-oauth"() {
    const client = new (installed("wechat-oauth"))(appid, secret, null, null, true);
    const exchange = promisify(client.getSessionKey.bind(client));
    return {
      login: async () => session((await exchange(await loginCode())).data),
      async decrypt() {
        const { data } = await exchange(await loginCode());
        const { encryptedData, iv } = await profile();
        const sealed = { sessionKey: data.session_key, encryptedData, iv };
        return person(client.decryptMiniProgramUser(sealed));
      },
      error: () => twice(exchange),
      async web() {
        const site = new (installed("wechat-oauth"))(appid, secret);
        const page = site.getAuthorizeURL(CALLBACK, "7", "snsapi_userinfo");
        return profileOf(await promisify(site.getUserByCode.bind(site))(await allow(page)));
      },
    };
  },

  "nest-wechat"() {
    const { MiniProgramService, WeChatService } = installed("nest-wechat");
    const service = new MiniProgramService({ appId: appid, secret });
    const token = async () => (await service.getAccessToken()).data.access_token;
    return {
      login: async () => session(await service.code2Session(await loginCode())),
      token: async () => ({ access_token: await token() }),
      async phone() {
        return number((await service.getPhoneNumber(await phoneCode(), await token())).data);
      },
      async error() {
        const code = await loginCode();
        await service.code2Session(code);
        return { errcode: (await service.code2Session(code)).errcode };
      },
      async web() {
        const site = new WeChatService({ appId: appid, secret });
        const page = new URL("https://open.weixin.qq.com/connect/oauth2/authorize");
        page.search = new URLSearchParams({
          ...{ appid, redirect_uri: CALLBACK, state: "7" },
          ...{ response_type: "code", scope: "snsapi_userinfo" },
        });
        const granted = await site.getAccessTokenByCode(await allow(page));
        return profileOf(await site.getUserInfo(granted.access_token, granted.openid));
      },
    };
  },

  "passport-weapp"() {
    const passport = installed("passport");
    const Strategy = installed("passport-weapp");
    const options = { appID: appid, appSecret: secret };
    // WeChat gives no access_token with a mini program's login; the SDK asks for it still.
    const known = (access, refresh, profile, expires, done) => done(null, profile);
    passport.use(new Strategy(options, known));
    return byCode([passport.initialize()], passport.authenticate("weapp", { session: false }));
  },

  "passport-wechat-mp"() {
    const passport = installed("passport");
    const { Strategy } = installed("passport-wechat-mp");
    const known = (request, found, done) => done(null, found);
    const options = { appId: appid, appSecret: secret, ...setting };
    passport.use("wechat-mp", new Strategy(options, known));
    const cookies = { secret: "nothing here is secret", resave: false, saveUninitialized: false };
    return byCode(
      [installed("express-session")(cookies), passport.initialize()],
      passport.authenticate("wechat-mp", { session: false }),
    );
  },

  "express-weapp-auth"() {
    const { middleware } = installed("express-weapp-auth");
    const app = installed("express")();
    app.get("/session", middleware(appid, secret), (request, response) =>
      response.json(request.weappAuth),
    );
    app.use(failed);
    const open = async () => {
      const code = await loginCode();
      const { rawData, signature, encryptedData, iv } = await profile();
      const query = new URLSearchParams({ code, rawData, signature, encryptedData, iv });
      return hosted(app, (ask) => ask(`/session?${query}`));
    };
    return {
      async login() {
        const { openId, sessionKey } = await open();
        return { openid: openId, session_key: sessionKey };
      },
      decrypt: async () => person((await open()).userInfo),
    };
  },

  "wafer-node-session"() {
    const app = installed("express")();
    const options = { appId: appid, appSecret: secret, loginPath: "/login" };
    app.use(installed("wafer-node-session")(options));
    app.get("/me", (request, response) => response.json(request.session));
    const logIn = (ask, code, { encryptedData, iv }) =>
      ask("/login", {
        headers: { "X-WX-Code": code, "X-WX-Encrypted-Data": encryptedData, "X-WX-IV": iv },
      });
    const open = async (seal) => {
      const code = await loginCode();
      const sealed = await seal();
      return hosted(app, async (ask) => {
        const { session: made } = await logIn(ask, code, sealed);
        return ask("/me", { headers: { "X-WX-Id": made.id, "X-WX-Skey": made.skey } });
      });
    };
    return {
      async login() {
        // The SDK knows a person by what is sealed alone; getUserProfile seals no openid.
        const { sessionKey, userInfo } = await open(() => wx("getUserInfo"));
        return { openid: userInfo.openId, session_key: sessionKey };
      },
      decrypt: async () => person((await open(profile)).userInfo),
      async error() {
        const code = await loginCode();
        const sealed = await profile();
        return hosted(app, async (ask) => {
          await logIn(ask, code, sealed);
          // The answer says that it failed; the log says why.
          const logged = [];
          console.error = (...said) => logged.push(format(...said));
          await logIn(ask, code, sealed);
          return { text: logged.join("\n") };
        });
      },
    };
  },
};

// A middleware that takes the code in the query and leaves whom it found in the request.
function byCode(before, authenticate) {
  const app = installed("express")();
  app.use(...before);
  app.get("/session", authenticate, (request, response) => response.json(request.user));
  app.use(failed);
  const open = (code) => hosted(app, (ask) => ask(`/session?code=${code}`));
  return {
    login: async () => session(await open(await loginCode())),
    async error() {
      const code = await loginCode();
      await open(code);
      return { errcode: (await open(code)).code };
    },
  };
}

// Express knows the handler of errors by its four arguments.
function failed(error, request, response, next) {
  response.status(400).json({ code: error.code, message: error.message });
}

async function twice(exchange) {
  const code = await loginCode();
  await exchange(code);
  return { errcode: (await refusal(() => exchange(code))).code };
}

async function phoneCode() {
  return (await wx("getPhoneNumber")).code;
}

function session({ openid, session_key }) {
  return { openid, session_key };
}

function number({ phone_info }) {
  return { phoneNumber: phone_info.phoneNumber };
}

function profileOf({ openid, nickname }) {
  return { openid, nickName: nickname };
}

function person({ nickName, watermark }) {
  return { nickName, appid: watermark.appid };
}

play(SDKS[name]());
