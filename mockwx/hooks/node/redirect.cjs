// Send what this process asks WeChat to the mock that MOCKWX_REDIRECT names. Loaded with
// node --require before anything else, so the program itself stays as it is. Every
// connection of Node is made here, whichever library asks: https, fetch, undici, agents.
"use strict";

const net = require("net");

const rules = JSON.parse(process.env.MOCKWX_REDIRECT || "null");
const connect = net.Socket.prototype.connect;

function isWeChat(host) {
  return typeof host === "string" && rules.hosts.includes(host.toLowerCase().replace(/\.$/, ""));
}

function portFor(port) {
  return rules.ports[String(port)] || port;
}

function redirected(options) {
  if (!options || !isWeChat(options.host)) return options;
  return { ...options, host: rules.to, port: portFor(options.port) };
}

function redirect(first, ...rest) {
  if (Array.isArray(first)) {
    // How net.connect calls: with all its arguments in one list that it has marked.
    first[0] = redirected(first[0]);
  } else if (first !== null && typeof first === "object") {
    return [redirected(first), ...rest];
  } else if (isWeChat(rest[0])) {
    return [portFor(first), rules.to, ...rest.slice(1)];
  }
  return [first, ...rest];
}

if (rules) {
  net.Socket.prototype.connect = function (...asked) {
    return connect.apply(this, redirect(...asked));
  };
}
