// Something that answers like an identity provider and signs what it is told to, true or
// not. `POST /_set` (JSON): `claims` of the next token, `header` of it, `stranger` to sign
// with a key that is not published, `iss` for the answer, `metadata` for the issuer that it says it is.
import http from "node:http";
import { createRequire } from "node:module";
const require = createRequire(process.env.MOTCUA_OIDC + "/");
const jose = await import(require.resolve("jose"));

const [back] = process.argv.slice(2);
const { publicKey, privateKey } = await jose.generateKeyPair("RS256");
const stranger = await jose.generateKeyPair("RS256");
const jwk = { ...(await jose.exportJWK(publicKey)), kid: "k", use: "sig", alg: "RS256" };
let said = {}, asked = {};
const server = http.createServer(async (request, answer) => {
  const url = new URL(request.url, issuer);
  const json = value => { answer.setHeader("content-type", "application/json"); answer.end(JSON.stringify(value)); };
  let body = "";
  for await (const part of request) body += part;
  switch (url.pathname) {
    case "/_set": said = JSON.parse(body); answer.end("ok"); break;
    case "/.well-known/openid-configuration": json({
      issuer: said.metadata ?? issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks`,
      response_types_supported: ["code"], subject_types_supported: ["public"], id_token_signing_alg_values_supported: ["RS256"],
    }); break;
    case "/jwks": json({ keys: [jwk] }); break;
    case "/auth": {
      asked = Object.fromEntries(url.searchParams);
      const to = new URL(back);
      to.search = new URLSearchParams({ code: "x", state: asked.state, ...(said.iss ? { iss: said.iss } : {}) });
      answer.writeHead(303, { location: to.href }).end();
      break;
    }
    case "/token": {
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: issuer, aud: "motcua", sub: "ai-do", iat: now, exp: now + 300, nonce: asked.nonce, ...said.claims };
      const header = { alg: "RS256", kid: "k", ...said.header };
      const part = value => Buffer.from(JSON.stringify(value)).toString("base64url");
      const token = header.alg === "none" ? `${part(header)}.${part(claims)}.`
        : await new jose.SignJWT(claims).setProtectedHeader(header).sign(said.stranger ? stranger.privateKey : privateKey);
      json({ access_token: "a", token_type: "Bearer", id_token: token });
      break;
    }
    default: answer.writeHead(404).end();
  }
});
await new Promise(done => server.listen(0, "127.0.0.1", done));
const issuer = `http://127.0.0.1:${server.address().port}`;
console.log(issuer);
