// What a driver of a Node client or SDK needs besides it: the phone, the clock, the app.
//
// A driver is started as `node DRIVER FOLDER NAME` by `mockwx run`, FOLDER holding the
// node_modules. A third word is a folder that holds a page's setting.js, which leads the
// SDK elsewhere; the flows that it leads follow. The last line of standard output is one
// object: for each flow the facts that the SDK learned.
"use strict";

const { createRequire } = require("module");
const http = require("http");
const https = require("https");
const path = require("path");

const [folder, name, led, ...chosen] = process.argv.slice(2);

exports.name = name;
exports.setting = led && require(path.join(led, "setting.js"));
exports.installed = createRequire(path.join(folder, "package.json"));
exports.appid = "wx6d6f636b77780001";
exports.secret = "6d6f636b77786d6f636b77786d6f636b";

exports.wx = (call, given = {}) => control(`wx/${call}`, given);
exports.loginCode = async () => (await exports.wx("login")).code;
exports.profile = () => exports.wx("getUserProfile", { desc: "page", base_library: "2.20.0" });
exports.advance = (seconds) => control("clock/advance", { seconds });

// What a browser is led back with when somebody allows a login on WeChat's page.
exports.allow = (page) =>
  new Promise((resolve, reject) => {
    const led = (answer) => resolve(new URL(answer.headers.location).searchParams.get("code"));
    const url = new URL(page);
    url.searchParams.set("mockwx_consent", "allow");
    https.get(url, led).on("error", reject);
  });

exports.play = async (flows) => {
  const facts = {};
  for (const flow of chosen.length ? chosen : Object.keys(flows)) {
    facts[flow] = await flows[flow]();
  }
  process.stdout.write(`${JSON.stringify(facts)}\n`, () => process.exit());
};

// What is thrown when a call fails, which has to fail.
exports.refusal = async (call) => {
  let answer;
  try {
    answer = await call();
  } catch (error) {
    return error;
  }
  throw new Error(`was to fail, and answered ${JSON.stringify(answer)}`);
};

// Runs an Express app for as long as it is asked something; plain http asks, so that
// nothing is learned by a client that is to be tried.
exports.hosted = async (app, ask) => {
  const server = app.listen(0, "127.0.0.1");
  await new Promise((ready) => server.once("listening", ready));
  const { port } = server.address();
  try {
    return await ask((where, options) => json(`http://127.0.0.1:${port}${where}`, options));
  } finally {
    server.close();
  }
};

function control(call, given) {
  return json(`${process.env.MOCKWX_URL}/_mockwx/api/${call}`, { method: "POST", body: given });
}

function json(url, { method = "GET", headers = {}, body } = {}) {
  const sent = body && JSON.stringify(body);
  const length = sent && {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(sent),
  };
  return new Promise((resolve, reject) => {
    const asked = http.request(url, { method, headers: { ...headers, ...length } }, (answer) => {
      const chunks = [];
      answer.on("data", (chunk) => chunks.push(chunk));
      answer.on("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    });
    asked.on("error", reject).end(sent);
  });
}
