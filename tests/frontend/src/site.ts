// The page's own server, on an origin that is not the API's.

import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("..", import.meta.url));
const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };

/** Serves the page on a port of this machine (0: any free one); gives its origin. */
export async function serve(port: number): Promise<string> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://page").pathname;
    const file = path === "/" ? "src/index.html" : path.startsWith("/node_modules/") ? path : `dist${path}`;
    const found = join(FOLDER, file);
    if (!found.startsWith(FOLDER) || !existsSync(found)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": TYPES[extname(found)] ?? "text/plain" });
    createReadStream(found).pipe(response);
  });
  // The page must not keep the program from ending.
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
