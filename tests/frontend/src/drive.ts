// Drives Chromium through both journeys.

import { chromium, type Browser } from "playwright-core";
import type { Journeys } from "./page.js";
import { serve } from "./site.js";
import { Traffic } from "./traffic.js";

// As in page.ts, whose own declaration would bring the page's code here.
declare const window: { journeys: Journeys };

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set; run this with \`cargo xtask frontend\``);
  return value;
}

function demand(what: string, holds: boolean): void {
  if (!holds) throw new Error(what);
  console.log(`  ${what}`);
}

async function journey(
  browser: Browser,
  origin: string,
  name: string,
  run: (page: import("playwright-core").Page) => Promise<string[]>,
): Promise<Traffic> {
  // A context of its own: no cookies, an empty cache.
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const traffic = await Traffic.of(page);
    page.on("pageerror", (error) => console.error(error));
    await page.goto(origin);
    await page.waitForFunction(() => window.journeys !== undefined);
    console.log(`${name}, from ${origin}`);
    for (const line of await run(page)) console.log(`  ${line}`);
    return traffic;
  } finally {
    await context.close();
  }
}

const api = setting("API_URL");
const credentials = { email: setting("OWNER_EMAIL"), password: setting("OWNER_PASSWORD") };
const allowed = await serve(Number(setting("PAGE_PORT")));
const other = await serve(0);

const browser = await chromium.launch({
  executablePath: setting("CHROMIUM"),
  // The page is ours, so the sandbox may stay out where it cannot work (as root, in containers); nothing is to be asked
  // of hosts outside.
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
try {
  const read = await journey(browser, allowed, "A reader", (page) =>
    page.evaluate((url) => window.journeys.reader(url), api),
  );
  demand("the cache revalidated with If-None-Match and was answered 304", read.revalidated > 0);
  const owned = await journey(browser, allowed, "The owner", (page) =>
    page.evaluate(([url, who]) => window.journeys.owner(url, who), [api, credentials] as const),
  );
  const asked = [
    "POST with content-type",
    "GET with authorization",
    "PUT with authorization,content-type,if-match",
    "DELETE with authorization,if-match",
  ];
  for (const preflight of asked) {
    demand(`the browser asked first: ${preflight}`, owned.preflights.includes(preflight));
  }
  await journey(browser, other, "A page of an origin that is not allowed", async (page) => {
    const could = await page.evaluate((url) => window.journeys.stranger(url), api);
    demand("it can read nothing", !could);
    return [];
  });
} finally {
  await browser.close();
}
console.log("both journeys passed");
