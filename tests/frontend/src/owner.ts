// The owner's journey: a token, conditional changes, and a session that ends.

import { portfolio, signedIn } from "./client.js";
import { Journey } from "./journey.js";

export interface Credentials {
  email: string;
  password: string;
}

export async function owner(baseUrl: string, credentials: Credentials): Promise<string[]> {
  const journey = new Journey();
  const anybody = portfolio(baseUrl);
  const login = await anybody.POST("/auth/login", { body: credentials });
  const session = journey.body("session", login);
  let api = signedIn(baseUrl, session.token);
  const me = journey.body("me", await api.GET("/auth/me"));
  journey.is("signed in as", me.email, credentials.email);

  const body = {
    title: "Written in a browser",
    excerpt: "By a page of another origin.",
    content: "The browser asked first whether it may.",
    category: "Tests",
    tags: ["cors"],
  };
  const created = await api.POST("/blog/posts", { body });
  const post = journey.body("created", created);
  journey.is("created", created.response.status, 201);
  journey.is("Location", journey.header(created.response, "Location", /^\//), `/v1/blog/posts/${post.id}`);
  const first = journey.header(created.response, "ETag", /^"[^"]+"$/);
  const path = { postId: post.id };
  const hidden = await anybody.GET("/blog/posts/{postId}", { params: { path } });
  journey.is("a draft without a token", hidden.response.status, 404);

  // PUT with If-Match and Authorization needs a preflight for its method and for both headers.
  const change = (tag: string, title: string) =>
    api.PUT("/blog/posts/{postId}", {
      params: { path, header: { "If-Match": tag } },
      body: { title },
    });
  const changed = await change(first, "Changed in a browser");
  journey.is("changed", journey.body("changed", changed).title, "Changed in a browser");
  const second = journey.header(changed.response, "ETag", /^"[^"]+"$/);
  const stale = await change(first, "Too late");
  journey.is("a stale tag", stale.error?.statusCode, 412);

  const publish = await api.POST("/blog/posts/{postId}/publish", {
    params: { path, header: { "If-Match": second } },
  });
  journey.is("published", journey.body("published", publish).status, "published");
  const seen = await anybody.GET("/blog/posts/{postId}", { params: { path } });
  journey.is("now everybody sees", journey.body("post", seen).title, "Changed in a browser");
  const days = await api.GET("/visitors/trends/daily", { params: { query: { days: 7 } } });
  journey.is("days", journey.body("days", days).trends.length, 7);
  const last = journey.header(publish.response, "ETag", /^"[^"]+"$/);
  const gone = await api.DELETE("/blog/posts/{postId}", {
    params: { path, header: { "If-Match": last } },
  });
  journey.is("deleted", gone.response.status, 204);

  const renewal = { body: { refreshToken: session.refreshToken } };
  const renewed = await anybody.POST("/auth/refresh", renewal);
  api = signedIn(baseUrl, journey.body("renewed", renewed).token);
  journey.is("signed out", (await api.POST("/auth/logout")).response.status, 200);
  const after = await api.GET("/auth/me");
  journey.is("the token afterwards", after.error?.statusCode, 401);

  // Ten sign-ins a minute, and then a page can tell how long to wait. A new minute may begin in between, but only one.
  for (let tries = 0; tries < 21; tries += 1) {
    const refused = await anybody.POST("/auth/login", {
      body: { email: credentials.email, password: "wrong" },
    });
    if (refused.response.status !== 401) {
      journey.is("too many sign-ins", refused.response.status, 429);
      journey.header(refused.response, "Retry-After", /^\d+$/);
      return journey.seen;
    }
  }
  throw new Error("no number of sign-ins was too many");
}
