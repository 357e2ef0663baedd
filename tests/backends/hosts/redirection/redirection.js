// Send what this process asks WeChat to the address in WECHAT_AT. Loaded with
// node --require, before anything else, so that the backend's own code stays as it is.
"use strict";

const http = require("http");
const https = require("https");
const { urlToHttpOptions } = require("url");

const WECHAT = "api.weixin.qq.com";
const mock = new URL(process.env.WECHAT_AT);
const request = https.request;

function redirected(options) {
  return {
    ...options,
    protocol: mock.protocol,
    host: mock.hostname,
    hostname: mock.hostname,
    port: mock.port,
    // The caller's agent speaks TLS only.
    agent: undefined,
    _defaultAgent: undefined,
  };
}

https.request = function (first, ...rest) {
  const inText = typeof first === "string" || first instanceof URL;
  const asked = inText ? urlToHttpOptions(new URL(first)) : first;
  if (![asked.host, asked.hostname].includes(WECHAT)) {
    return request.call(this, first, ...rest);
  }
  const more = typeof rest[0] === "object" ? rest.shift() : {};
  return http.request(redirected({ ...asked, ...more }), ...rest);
};

https.get = function (...question) {
  const asked = https.request(...question);
  asked.end();
  return asked;
};
