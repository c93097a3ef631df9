// What the compiler must refuse: if it did not, the types would be worth nothing. Never run.

import { portfolio } from "./client.js";

export async function mistakes(): Promise<void> {
  const api = portfolio("");
  // @ts-expect-error There is no such path.
  await api.GET("/blog/post");
  // @ts-expect-error The path has no such method.
  await api.PUT("/blog/posts");
  // @ts-expect-error The path's parameter is missing.
  await api.GET("/blog/posts/{postId}");
  // @ts-expect-error No list is of this status.
  await api.GET("/blog/posts", { params: { query: { status: "gone" } } });
  // @ts-expect-error Most of the body is missing.
  await api.POST("/blog/posts", { body: { title: "Alone" } });
  const found = await api.GET("/visitors/count");
  // @ts-expect-error A body that was not checked for may be missing.
  found.data.count;
}
