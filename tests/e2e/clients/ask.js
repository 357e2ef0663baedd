// Asks one URL with Node's own clients: https, an agent of its own, fetch.
"use strict";

const https = require("https");

const [url] = process.argv.slice(2);

function ask(options) {
  return new Promise((resolve, reject) => {
    https
      .get(url, options, (answer) => {
        const chunks = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("end", () => resolve(Buffer.concat(chunks).toString()));
      })
      .on("error", reject);
  });
}

(async () => {
  console.log(await ask({}));
  console.log(await ask({ agent: new https.Agent({ keepAlive: false }) }));
  console.log(await (await fetch(url)).text());
})();
