// A reader's journey: no token, a cookie that scripts cannot see.

import { portfolio } from "./client.js";
import { Journey } from "./journey.js";

export async function reader(baseUrl: string): Promise<string[]> {
  const journey = new Journey();
  const api = portfolio(baseUrl);

  const list = await api.GET("/blog/posts", { params: { query: { limit: 2 } } });
  const posts = journey.body("posts", list);
  journey.is("posts on the page", posts.posts.length, 2);
  journey.header(list.response, "X-RateLimit-Limit", /^100$/);
  journey.header(list.response, "X-RateLimit-Remaining", /^\d+$/);
  journey.header(list.response, "X-RateLimit-Reset", /^\d+$/);
  journey.header(list.response, "X-Request-Id", /^[\w.-]+$/);
  const post = posts.posts[0];
  if (post === undefined) throw new Error("there is no post");
  const path = { postId: post.id };

  // The page revalidates by itself: the script sees the 304.
  const found = await api.GET("/blog/posts/{postId}", { params: { path } });
  journey.is("title", journey.body("post", found).title, post.title);
  const tag = journey.header(found.response, "ETag", /^"[^"]+"$/);
  const header = { "If-None-Match": tag };
  const kept = await api.GET("/blog/posts/{postId}", { params: { path, header } });
  journey.is("asked again with the tag", kept.response.status, 304);
  // The browser's cache revalidates by itself: the script sees the body it had.
  const again = await api.GET("/blog/posts/{postId}", { params: { path } });
  journey.is("asked again by the cache", again.response.status, 200);
  journey.is("the cached body", journey.body("post", again).title, post.title);

  const visit = journey.body("visit", await api.POST("/visitors/track"));
  journey.is("first visit counted", visit.tracked, true);
  const second = journey.body("visit", await api.POST("/visitors/track"));
  journey.is("second visit", second, { count: visit.count, tracked: false });
  journey.is("visitor cookie hidden from scripts", document.cookie, "");
  const count = journey.body("count", await api.GET("/visitors/count"));
  journey.is("count", count.count, visit.count);

  const view = { body: { contentType: "blog" as const, contentId: post.id } };
  const viewed = journey.body("view", await api.POST("/analytics/track", view));
  journey.is("first view counted", viewed.tracked, true);
  const twice = journey.body("view", await api.POST("/analytics/track", view));
  journey.is("second view", twice, { views: viewed.views, tracked: false });
  const views = await api.GET("/analytics/views/{contentType}/{contentId}", {
    params: { path: { contentType: "blog", contentId: post.id } },
  });
  journey.is("views", journey.body("views", views).views, viewed.views);

  // Errors have their own type, and say why.
  const drafts = await api.GET("/blog/posts", { params: { query: { status: "draft" } } });
  journey.is("drafts without a token", drafts.error?.statusCode, 401);
  journey.header(drafts.response, "WWW-Authenticate", /^Bearer/);
  const broken = await api.GET("/blog/posts", { params: { query: { limit: 0 } } });
  const violation = broken.error?.details?.violations?.[0];
  journey.is("limit 0", violation?.pointer, "limit");
  const missing = { postId: "00000000-0000-7000-8000-000000000000" };
  const nothing = await api.GET("/blog/posts/{postId}", { params: { path: missing } });
  journey.is("a post that is not there", nothing.error?.statusCode, 404);
  return journey.seen;
}
