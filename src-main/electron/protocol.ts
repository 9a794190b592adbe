/** app://descent: our pages from a table of files made once at start. No path is ever computed from an address, so none can be wrong. */

import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { safeHeaders } from "../contract/csp.ts";
import { host, scheme } from "./address.ts";

/** Path as it stands in an address, from `/`, to what is answered there. */
export type Pages = ReadonlyMap<string, { readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> }>;

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

/** Makes app:// a standard, secure scheme, so that a page there has an origin and a policy like any site. Before `ready`, and once only. */
export function registerScheme(protocol: Pick<Electron.Protocol, "registerSchemesAsPrivileged">): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

/** Every file under `folder`, read now; `/` is `index.html`. Throws when the folder holds no `index.html`. */
export function readPages(folder: string): Pages {
  const pages = new Map([...filesOf(folder, "")].map(([path, file]) => [path, { type: types[extname(file)] ?? "application/octet-stream", bytes: new Uint8Array(readFileSync(file)) }]));
  const first = pages.get("/index.html");
  if (first === undefined) throw new Error(`the interface is not built: ${join(folder, "index.html")} is missing. Run npm run build.`);
  return pages.set("/", first);
}

/** 200 for a file of the table, asked for by GET under our own host; 403 for another host, 405 for another method, else 404. */
export function answer(pages: Pages, request: { readonly method: string; readonly url: string }): Response {
  const url = URL.canParse(request.url) ? new URL(request.url) : null;
  if (url === null || url.protocol !== `${scheme}:` || url.host !== host || url.username !== "" || url.password !== "") return refusal(403, "not our address");
  if (request.method !== "GET") return refusal(405, "only GET is answered here");
  const page = pages.get(url.pathname);
  if (page === undefined) return refusal(404, "no such page");
  return new Response(page.bytes, { status: 200, headers: { ...safeHeaders, "content-type": page.type } });
}

const refusal = (status: number, text: string): Response => new Response(text, { status, headers: { ...safeHeaders, "content-type": "text/plain; charset=utf-8" } });

/** Files with their addresses. Walked by hand: an archive of Electron's lists one folder at a time. */
function* filesOf(folder: string, under: string): Generator<[path: string, file: string]> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = `${under}/${encodeURIComponent(entry.name)}`;
    if (entry.isDirectory()) yield* filesOf(join(folder, entry.name), path);
    else if (entry.isFile()) yield [path, join(folder, entry.name)];
  }
}
