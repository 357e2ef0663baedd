// Ask one URL with each of Node's foreign HTTP clients, as a program would.
"use strict";

const https = require("https");
const { createRequire } = require("module");
const path = require("path");

const [url, folder] = process.argv.slice(2);
const installed = createRequire(path.join(folder, "package.json"));

const CLIENTS = {
  "axios 1": async () => (await installed("axios")(url, raw)).data,
  "axios 0.16": async () => (await installed("axios-0.16")(url, raw)).data,
  "axios 0.19": async () => (await installed("axios-0.19")(url, raw)).data,
  "axios, own agent": async () =>
    (await installed("axios")(url, { ...raw, proxy: false, httpsAgent: new https.Agent() })).data,
  undici: async () => (await installed("undici").request(url)).body.text(),
  got: async () => (await installed("got")(url)).body,
  superagent: async () => (await installed("superagent").get(url)).text,
};
const raw = { responseType: "text", transformResponse: [(text) => text] };

(async () => {
  const answers = {};
  for (const [name, ask] of Object.entries(CLIENTS)) {
    answers[name] = await ask().catch((error) => String(error));
  }
  process.stdout.write(JSON.stringify(answers));
})();
