// Asks hosts that are not WeChat's; prints what is different from a program without hook.
"use strict";

const { strictEqual, rejects } = require("assert");
const dns = require("dns");
const fs = require("fs");
const https = require("https");
const { promisify } = require("util");

const [folder] = process.argv.slice(2);
const cert = fs.readFileSync(`${folder}/cert.pem`);
const key = fs.readFileSync(`${folder}/key.pem`);

const server = https.createServer({ key, cert }, (request, response) => {
  response.end(`${request.headers.host} asked ${request.socket.getProtocol()}`);
});

function ask(host, port, options = {}) {
  return new Promise((resolve, reject) => {
    const asked = { host, port, ca: cert, agent: new https.Agent(), ...options };
    https
      .get(asked, (answer) => {
        const seen = answer.socket.getPeerCertificate().subject.CN;
        answer.on("data", (chunk) => resolve(`${chunk} of ${seen}`));
      })
      .on("error", reject);
  });
}

server.listen(0, "127.0.0.1", async () => {
  const { port } = server.address();
  for (const host of ["127.0.0.1", "localhost"]) {
    strictEqual(await ask(host, port), `${host}:${port} asked TLSv1.3 of the other one`);
  }
  // Our authority is not believed for them, and a name like WeChat's is not WeChat's.
  await rejects(ask("localhost", port, { ca: undefined }), /self-signed certificate/);
  await rejects(ask("api.weixin.qq.com.localhost.invalid", port), /ENOTFOUND|EAI_AGAIN/);
  strictEqual((await promisify(dns.lookup)("127.0.0.1")).address, "127.0.0.1");
  strictEqual(await dns.promises.lookup("nobody.invalid").catch(({ syscall }) => syscall), "getaddrinfo");
  console.log("all as ever");
  server.close();
});
