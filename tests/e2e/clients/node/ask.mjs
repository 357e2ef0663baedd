// Asks a URL from an ES module, whose imports are bound before it runs.
import { lookup } from "node:dns/promises";
import { get } from "node:https";
import { argv } from "node:process";
import { Worker } from "node:worker_threads";

const url = argv[2];

get(url, (answer) => {
  answer.on("data", (chunk) => console.log(String(chunk)));
});

const { address } = await lookup(new URL(url).hostname);
const headers = { Host: new URL(url).hostname };
get(url.replace(headers.Host, address), { headers }, (answer) => {
  answer.on("data", (chunk) => console.log(String(chunk)));
});

const asker = new URL("ask_once.js", import.meta.url);
const worker = new Worker(asker, { workerData: url, env: {} });
worker.on("message", (text) => console.log(text));
