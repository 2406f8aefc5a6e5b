// An OpenID Connect provider for tests, on this machine alone: whoever comes is signed in as the account that was named.
import { Provider } from "oidc-provider";
import http from "node:http";

const port = Number(process.argv[2]);
const back = process.argv[3];
const issuer = `http://127.0.0.1:${port}`;
let account = "nobody";

const provider = new Provider(issuer, {
  clients: [{
    client_id: "assuage", client_secret: "a secret of the tests", application_type: "native", redirect_uris: [back],
    grant_types: ["authorization_code"], response_types: ["code"],
  }],
  pkce: { required: () => true },
  claims: { openid: ["sub", "auth_time"] },
  cookies: { keys: ["a key of the tests"] },
  features: { devInteractions: { enabled: false } },
  ttl: { Session: 3600, Grant: 3600, Interaction: 600, IdToken: 600, AccessToken: 600, AuthorizationCode: 60 },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
});

async function interact(request, response) {
  const details = await provider.interactionDetails(request, response);
  if (details.prompt.name === "login") {
    await provider.interactionFinished(request, response, { login: { accountId: account } }, { mergeWithLastSubmission: false });
    return;
  }
  const grant = new provider.Grant({ accountId: details.session.accountId, clientId: details.params.client_id });
  grant.addOIDCScope("openid");
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
}

http.createServer((request, response) => {
  if (request.url.startsWith("/as/")) {
    account = decodeURIComponent(request.url.slice(4));
    response.end("ok");
  } else if (request.url.startsWith("/interaction/")) {
    interact(request, response).catch((error) => { response.statusCode = 500; response.end(String(error)); });
  } else {
    provider.callback()(request, response);
  }
}).listen(port, "127.0.0.1", () => console.log("listening"));
