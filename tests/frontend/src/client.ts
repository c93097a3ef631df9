// The typed client: every path, parameter, body and status of it is checked against the contract by the compiler.

import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "./contract.js";

export type Portfolio = Client<paths>;
export type BlogPost = components["schemas"]["BlogPost"];

/** A client of the API at `baseUrl`; cookies go along, so that visits and views are counted once. */
export function portfolio(baseUrl: string): Portfolio {
  return createClient<paths>({ baseUrl, credentials: "include" });
}

/** The same with somebody's token. */
export function signedIn(baseUrl: string, token: string): Portfolio {
  const client = portfolio(baseUrl);
  client.use({
    onRequest({ request }) {
      request.headers.set("Authorization", `Bearer ${token}`);
      return request;
    },
  });
  return client;
}
