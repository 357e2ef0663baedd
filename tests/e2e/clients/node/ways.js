// Asks one URL in every way that leads past a careless hook; prints {way: what was said}.
"use strict";

const childProcess = require("child_process");
const dns = require("dns");
const http = require("http");
const https = require("https");
const net = require("net");
const path = require("path");
const tls = require("tls");
const { promisify } = require("util");
const { SHARE_ENV, Worker } = require("worker_threads");

const [url] = process.argv.slice(2);
const { hostname, pathname } = new URL(url);
const asker = path.join(__dirname, "ask_once.js");
const nowhere = "https://203.0.113.1";

function ask(options = {}, where = url) {
  const { get } = where.startsWith("https:") ? https : http;
  return new Promise((resolve, reject) => {
    const heard = (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => resolve(Buffer.concat(chunks).toString()));
    };
    get(where, options, heard).on("error", reject);
  });
}

function byChild(child) {
  return new Promise((resolve) => {
    const chunks = [];
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.on("close", () => resolve(Buffer.concat(chunks).toString()));
  });
}

function byWorker(options) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(asker, { workerData: url, ...options });
    worker.on("message", resolve).on("error", reject);
  });
}

// Speaks HTTP by hand over a connection that somebody else made.
function byHand(socket) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    socket.on("data", (chunk) => chunks.push(chunk)).on("error", reject);
    socket.on("end", () => resolve(Buffer.concat(chunks).toString().split("\r\n\r\n")[1]));
    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
  });
}

const node = process.execPath;
const WAYS = {
  "child with no environment": () =>
    byChild(childProcess.spawn(node, [asker, url], { env: {} })),
  "child with other NODE_OPTIONS": () =>
    byChild(childProcess.spawn(node, [asker, url], { env: { NODE_OPTIONS: "--no-warnings" } })),
  "forked child with no environment": () =>
    byChild(childProcess.fork(asker, [url], { env: {}, silent: true })),
  "child that is waited for": () =>
    String(childProcess.execFileSync(node, [asker, url], { env: {} })),
  "child of a shell": () => String(childProcess.execSync(`"${node}" "${asker}" ${url}`)),
  "shell with no environment": () =>
    String(childProcess.spawnSync(`"${node}" "${asker}" ${url}`, { shell: true, env: {} }).stdout),
  worker: () => byWorker({}),
  "worker with no environment": () => byWorker({ env: {} }),
  "worker with no options": () => byWorker({ execArgv: [] }),
  "worker that shares all": () => byWorker({ env: SHARE_ENV }),

  "an agent of its own, twice": async () => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    const first = await ask({ agent });
    const second = await ask({ agent });
    agent.destroy();
    return first.slice(0, 30) === second.slice(0, 30) ? second : `${first} ${second}`;
  },
  "a lookup of its own": () => ask({ lookup: (host, options, tell) => tell(new Error(host)) }),
  "IPv6 alone": () => ask({ family: 6, autoSelectFamily: false }),
  "both families": () => ask({ autoSelectFamily: true }),
  "an address to leave from": () => ask({ localAddress: "::1" }),
  "other authorities": () => ask({ ca: tls.rootCertificates[0], agent: new https.Agent() }),
  "HTTP/2 if there is any": () => ask({ ALPNProtocols: ["h2", "http/1.1"] }),
  "another address, by SNI": () => ask({ headers: { Host: hostname } }, nowhere + pathname),
  "a trailing dot": () => ask({ headers: { Host: hostname } }, `https://${hostname}.${pathname}`),
  "no TLS": () => ask({}, `http://${hostname}${pathname}`),

  "dns.lookup": async () => {
    const { address } = await promisify(dns.lookup)(hostname);
    return byHand(tls.connect({ host: address, port: 443, servername: hostname }));
  },
  "dns.lookup, all of them": async () => {
    const [{ address }] = await dns.promises.lookup(hostname, { all: true });
    return byHand(tls.connect({ host: address, port: 443, servername: hostname }));
  },
  "dns.resolve4": async () => {
    const [address] = await promisify(dns.resolve4)(hostname);
    return byHand(net.connect(80, address));
  },
  "dns.resolve": async () => {
    const [address] = await new dns.promises.Resolver().resolve(hostname);
    return byHand(net.connect({ host: address, port: "80" }));
  },
  "dns.resolve6 knows none": async () => {
    const { code } = await dns.promises.resolve6(hostname).catch((error) => error);
    return code === "ENODATA" ? ask() : code;
  },

  "tls.connect": () => byHand(tls.connect(443, hostname)),
  "TLS over a connection": () =>
    new Promise((resolve, reject) => {
      const socket = net.connect(443, hostname, () => {
        resolve(byHand(tls.connect({ socket, servername: hostname })));
      });
      socket.on("error", reject);
    }),
};

(async () => {
  const said = {};
  for (const [way, take] of Object.entries(WAYS)) {
    try {
      said[way] = await take();
    } catch (error) {
      said[way] = String(error);
    }
  }
  process.stdout.write(JSON.stringify(said), () => process.exit());
})();
