// Asks a host that is not WeChat's and insists on a certificate of its clients, as payment
// services do, with each axios. It has a certificate that this program alone believes.
"use strict";

const fs = require("fs");
const https = require("https");

const { installed, name: folder } = require("./node_phone.js");

// Of this machine, and in nobody's NO_PROXY.
const HOST = "127.0.0.2";

const cert = fs.readFileSync(`${folder}/cert.pem`);
const key = fs.readFileSync(`${folder}/key.pem`);
const strict = { requestCert: true, rejectUnauthorized: true };

const server = https.createServer({ key, cert, ca: cert, ...strict }, (request, response) => {
  response.end(`hello ${request.socket.getPeerCertificate().subject.CN}`);
});

server.listen(0, HOST, async () => {
  const url = `https://${HOST}:${server.address().port}/`;
  for (const version of ["axios", "axios-0.19", "axios-0.16"]) {
    const httpsAgent = new https.Agent({ ca: cert, cert, key });
    const asked = installed(version)({ url, httpsAgent });
    console.log(await asked.then(({ data }) => data, String));
  }
  process.exit();
});
