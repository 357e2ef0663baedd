// Send what this process asks WeChat to the mock that MOCKWX_REDIRECT names. Loaded with
// node --require before anything else, so the program itself stays as it is. Every
// connection of Node is made here, whichever library asks: https, fetch, undici, agents.
// Old versions of Node run it too, so it keeps to what they all know.
"use strict";

const childProcess = require("child_process");
const dns = require("dns");
const fs = require("fs");
const nodeModule = require("module");
const net = require("net");
const path = require("path");
const tls = require("tls");
const threads = nodeModule.builtinModules.includes("worker_threads")
  ? require("worker_threads")
  : undefined;

// What a program learns that resolves a name by itself, to connect to it later: an
// address that documents alone may use, so that without this hook it leads nowhere.
const STANDS_FOR_WECHAT = "203.0.113.78";

const file = __filename.replace(/\\/g, "/");
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"];
const OPTION = `--require ${file.includes(" ") ? `"${file}"` : file}`;

// What starts Node for scripts that set NODE_OPTIONS anew; on the PATH of mockwx run.
const STARTER = path.join(__dirname, "bin");
const isOnPath = (process.env.PATH || "").split(path.delimiter).includes(STARTER);

const { MOCKWX_REDIRECT, MOCKWX_URL, NODE_EXTRA_CA_CERTS } = process.env;
const told = { MOCKWX_REDIRECT, MOCKWX_URL, NODE_EXTRA_CA_CERTS };
const rules = JSON.parse(MOCKWX_REDIRECT || "null");

function isWeChat(host) {
  return typeof host === "string" && rules.hosts.includes(host.toLowerCase().replace(/\.$/, ""));
}

// Put another function in a method's place, which looks the same from outside.
function wrap(owner, name, wrapper) {
  const original = owner[name];
  if (typeof original !== "function") return;
  const ours = wrapper(original);
  owner[name] = Object.defineProperties(ours, Object.getOwnPropertyDescriptors(original));
}

// ---- connections

function leadConnections() {
  wrap(
    net.Socket.prototype,
    "connect",
    (connect) =>
      function (...asked) {
        return connect.apply(this, redirect(...asked));
      },
  );
}

function redirect(first, ...rest) {
  if (Array.isArray(first)) {
    // How net.connect calls: with all its arguments in one list that it has marked.
    first[0] = redirected(first[0]);
  } else if (first !== null && typeof first === "object") {
    return [redirected(first), ...rest];
  } else if (leadsToWeChat(rest[0])) {
    return [portFor(first), rules.to, ...rest.slice(1)];
  }
  return [first, ...rest];
}

function redirected(options) {
  if (!options || options.path) return options;
  // The server's name remains where a program has resolved it by itself.
  if (!leadsToWeChat(options.host) && !isWeChat(options.servername)) return options;
  const led = { ...options, host: rules.to, port: portFor(options.port) };
  // An address of this machine's that may reach WeChat need not reach the mock.
  delete led.localAddress;
  return led;
}

function leadsToWeChat(host) {
  return isWeChat(host) || host === STANDS_FOR_WECHAT;
}

function portFor(port) {
  return rules.ports[String(port)] || port;
}

// ---- proxies

// Nobody had set one, and here it is not needed. axios would let it speak TLS with every
// other host in the program's name, without the program's certificates.
function leaveProxy() {
  for (const name of PROXIES) {
    if (process.env[name] === rules.proxy) delete process.env[name];
  }
}

// What is started from here may need it, as curl does.
function proxied() {
  return rules.proxy ? PROXIES.reduce((all, name) => ({ ...all, [name]: rules.proxy }), {}) : {};
}

// ---- names

function answerNames() {
  answerBy(calledBack, dns);
  if (dns.promises) answerBy(promised, dns.promises);
}

function answerBy(settle, names) {
  for (const each of [names, names.Resolver.prototype]) {
    wrap(each, "lookup", answering(settle, lookedUp));
    wrap(each, "resolve", answering(settle, resolved));
    wrap(each, "resolve4", answering(settle, fourth));
    wrap(each, "resolve6", answering(settle, sixth));
  }
}

function answering(settle, find) {
  return (original) =>
    function (host, ...rest) {
      return isWeChat(host) ? settle(host, rest, find) : original.call(this, host, ...rest);
    };
}

function promised(host, rest, find) {
  try {
    return Promise.resolve(find(host, ...rest)[0]);
  } catch (error) {
    return Promise.reject(error);
  }
}

function calledBack(host, rest, find) {
  const tell = rest[rest.length - 1];
  if (typeof tell !== "function") throw new TypeError("The last argument must be a function.");
  let found;
  try {
    found = find(host, ...rest.slice(0, -1))[1];
  } catch (error) {
    process.nextTick(tell, error);
    return {};
  }
  process.nextTick(tell, null, ...found);
  return {};
}

// Each gives what a promise answers, and the list of what a callback is told.

function lookedUp(host, options) {
  const one = { address: STANDS_FOR_WECHAT, family: 4 };
  return options && options.all ? [[one], [[one]]] : [one, [one.address, one.family]];
}

function resolved(host, type = "A") {
  if (type === "A") return fourth(host);
  throw nothing(host, `query${type[0]}${type.slice(1).toLowerCase()}`);
}

function fourth(host, options) {
  const list = [
    options && options.ttl ? { address: STANDS_FOR_WECHAT, ttl: 60 } : STANDS_FOR_WECHAT,
  ];
  return [list, [list]];
}

function sixth(host) {
  throw nothing(host, "queryAaaa");
}

function nothing(hostname, syscall) {
  const error = new Error(`${syscall} ENODATA ${hostname}`);
  return Object.assign(error, { code: dns.NODATA, errno: undefined, syscall, hostname });
}

// ---- trust

// Who names a list of their own does not read NODE_EXTRA_CA_CERTS.
function vouchForWeChat() {
  wrap(
    tls,
    "createSecureContext",
    (create) =>
      function (options) {
        return create.call(this, trusting(options));
      },
  );
}

function trusting(options) {
  if (!options || !options.ca || !told.NODE_EXTRA_CA_CERTS) return options;
  if (!isWeChat(options.servername) && !leadsToWeChat(options.host)) return options;
  return { ...options, ca: [].concat(options.ca, fs.readFileSync(told.NODE_EXTRA_CA_CERTS)) };
}

// ---- children

// They are told what we were told, whatever environment they are given.
function tellChildren() {
  wrap(
    childProcess.ChildProcess.prototype,
    "spawn",
    (spawn) =>
      function (options) {
        if (options && Array.isArray(options.envPairs)) {
          options.envPairs = pairs(telling(unpaired(options.envPairs)));
        }
        return spawn.call(this, options);
      },
  );
  for (const name of ["spawnSync", "execFileSync", "execSync"]) {
    wrap(
      childProcess,
      name,
      (spawn) =>
        function (...given) {
          return spawn.apply(this, withEnvironment(given));
        },
    );
  }
}

// A worker with an environment of its own would not load this file.
function tellWorkers() {
  threads.Worker = class Worker extends threads.Worker {
    constructor(file, options = {}) {
      const { env } = options;
      const own = env !== null && typeof env === "object";
      super(file, own ? { ...options, env: telling(env) } : options);
    }
  };
}

function withEnvironment(given) {
  const last = given[given.length - 1];
  const isOptions = last !== null && typeof last === "object" && !Array.isArray(last);
  const before = isOptions ? given.slice(0, -1) : given.filter((each) => each !== undefined);
  const options = isOptions ? last : {};
  return [...before, { ...options, env: telling(options.env || process.env) }];
}

function telling(environ) {
  const options = environ.NODE_OPTIONS || "";
  const heard = options.includes(OPTION) ? options : `${OPTION} ${options}`.trim();
  const all = { ...proxied(), ...told, ...environ, NODE_OPTIONS: heard };
  // Yarn puts a node of its own before ours.
  return isOnPath && all.PATH ? { ...all, PATH: startingWithOurs(all.PATH) } : all;
}

function startingWithOurs(list) {
  const others = list.split(path.delimiter).filter((folder) => folder !== STARTER);
  return [STARTER, ...others].join(path.delimiter);
}

function unpaired(list) {
  return list.reduce((found, pair) => {
    const end = pair.indexOf("=", 1);
    return { ...found, [pair.slice(0, end)]: pair.slice(end + 1) };
  }, {});
}

function pairs(environ) {
  const known = Object.entries(environ).filter(([, value]) => value !== undefined);
  return known.map(([name, value]) => `${name}=${value}`);
}

if (rules) {
  leadConnections();
  leaveProxy();
  answerNames();
  vouchForWeChat();
  tellChildren();
  if (threads) tellWorkers();
  // For those who import the functions above by name.
  if (nodeModule.syncBuiltinESMExports) nodeModule.syncBuiltinESMExports();
}
