// What really went over the wire, which scripts do not see: preflights, and answers from the cache.

import type { CDPSession, Page } from "playwright-core";

export class Traffic {
  /** What the browser asked for in `OPTIONS` requests of its own, such as `POST with content-type`. */
  readonly preflights: string[] = [];
  /** Requests that the browser's cache revalidated: the script saw 200, the server answered 304. */
  revalidated = 0;

  static async of(page: Page): Promise<Traffic> {
    const traffic = new Traffic();
    const session: CDPSession = await page.context().newCDPSession(page);
    const statuses = new Map<string, number>();
    session.on("Network.requestWillBeSent", ({ request: { method, headers } }) => {
      const asked = headers["Access-Control-Request-Method"];
      if (method === "OPTIONS" && asked !== undefined) {
        traffic.preflights.push(`${asked} with ${headers["Access-Control-Request-Headers"]}`);
      }
    });
    session.on("Network.responseReceivedExtraInfo", ({ requestId, statusCode }) => {
      statuses.set(requestId, statusCode);
    });
    session.on("Network.responseReceived", ({ requestId, response }) => {
      if (response.status === 200 && statuses.get(requestId) === 304) traffic.revalidated += 1;
    });
    await session.send("Network.enable");
    return traffic;
  }
}
