// oauth2-mock-server as a library: node oauth2_server.js FOLDER_WITH_NODE_MODULES PORT
const [folder, port] = process.argv.slice(2);

(async () => {
  const entry = require.resolve("oauth2-mock-server", { paths: [folder] });
  const { OAuth2Server } = await import(entry);
  const server = new OAuth2Server();
  await server.issuer.keys.generate("RS256");
  await server.start(Number(port), "127.0.0.1");
})();
