/** The built interface as a table from path to bytes, made once at the start: no request ever becomes a file name. */

import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { StoreError } from "../contract/errors.ts";

export interface Page { readonly bytes: Buffer; readonly type: string }
export type Pages = ReadonlyMap<string, Page>;

const types: ReadonlyMap<string, string> = new Map([
  [".html", "text/html; charset=utf-8"], [".js", "text/javascript; charset=utf-8"], [".css", "text/css; charset=utf-8"], [".json", "application/json; charset=utf-8"],
  [".svg", "image/svg+xml"], [".png", "image/png"], [".ico", "image/x-icon"], [".webp", "image/webp"], [".woff2", "font/woff2"], [".woff", "font/woff"], [".txt", "text/plain; charset=utf-8"],
]);

/** Every file below `folder` whose type is known, by the path a browser asks for; `/` is `/index.html`. Links are not followed. Throws StoreError where nothing was built. */
export function readPages(folder: string): Pages {
  const pages = new Map<string, Page>();
  for (const entry of listed(folder)) {
    const type = types.get(extname(entry.name));
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    pages.set(`/${relative(folder, file).split(sep).join("/")}`, { bytes: readFileSync(file), type });
  }
  const index = pages.get("/index.html");
  if (index === undefined) throw new StoreError("notBuilt", "The interface has not been built.", { file: folder }, "Run npm run build, or npm start, which builds what is stale.");
  return pages.set("/", index);
}

function listed(folder: string) {
  try { return readdirSync(folder, { withFileTypes: true, recursive: true }); } catch { return []; }
}
