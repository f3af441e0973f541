// A real identity provider (npm oidc-provider, certified) on this machine, with its own
// sign-in page: any user name, no password. Argument: where the client wants people back.
// `POST /_set` (JSON) says what the next token claims: acr, amr, and how it is wrong.
import http from "node:http";
import { createRequire } from "node:module";
const require = createRequire(process.env.MOTCUA_OIDC + "/");
const { default: Provider } = await import(require.resolve("oidc-provider"));

// Whoever starts it reads one line.
console.info = () => {};
const [back] = process.argv.slice(2);
const server = http.createServer();
await new Promise(done => server.listen(0, "127.0.0.1", done));
const issuer = `http://127.0.0.1:${server.address().port}`;
const said = {};
const provider = new Provider(issuer, {
  clients: [{
    client_id: "motcua", client_secret: "bi-mat-cua-hai-ben", redirect_uris: [back],
    grant_types: ["authorization_code"], response_types: ["code"],
  }],
  cookies: { keys: ["khoa-thu"] },
  pkce: { required: () => true },
  claims: { openid: ["sub"], acr: null, amr: null, profile: ["preferred_username"], email: ["email", "email_verified"] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: true } },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: said.username, email: said.email, email_verified: said.verified, acr: said.acr, amr: said.amr }),
  }),
});
server.on("request", async (request, answer) => {
  if (request.method === "POST" && request.url === "/_set") {
    let body = "";
    for await (const part of request) body += part;
    for (const key of Object.keys(said)) delete said[key];
    Object.assign(said, JSON.parse(body));
    answer.end("ok");
    return;
  }
  provider.callback()(request, answer);
});
console.log(issuer);
