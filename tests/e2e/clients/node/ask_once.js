// Asks a URL once, as a program or as a worker, and says what was said.
"use strict";

const https = require("https");
const { parentPort, workerData } = require("worker_threads");

const say = parentPort ? (text) => parentPort.postMessage(text) : console.log;

https
  .get(workerData || process.argv[2], (answer) => {
    const chunks = [];
    answer.on("data", (chunk) => chunks.push(chunk));
    answer.on("end", () => say(Buffer.concat(chunks).toString()));
  })
  .on("error", (error) => say(String(error)));
