/** app://descent: what its table of files answers, and that nothing else exists for it. */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contentSecurityPolicy } from "../../src-main/contract/csp.ts";
import { answer, readPages } from "../../src-main/electron/protocol.ts";
import type { Pages } from "../../src-main/electron/protocol.ts";

let folder: string;
let pages: Pages;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "descent-pages-"));
  const site = join(folder, "site");
  mkdirSync(join(site, "assets"), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(join(site, "index.html"), "<!doctype html>");
  writeFileSync(join(site, "assets", "index-a1.js"), "export {};");
  writeFileSync(join(site, "assets", "font.woff2"), new Uint8Array([1, 2, 3]));
  writeFileSync(join(site, "assets", "odd.bin"), "x");
  // A link is no file of ours, wherever it points. Windows lets only some accounts make one.
  if (process.platform !== "win32") symlinkSync(join(folder, "secret.txt"), join(site, "link.txt"));
  pages = readPages(site);
});
afterAll(() => { rmSync(folder, { recursive: true }); });

const get = (url: string) => answer(pages, { method: "GET", url });

describe("app://descent", () => {
  it.each([
    ["app://descent/", "text/html; charset=utf-8"],
    ["app://descent/index.html", "text/html; charset=utf-8"],
    ["app://descent/index.html?a=../secret.txt#/runs", "text/html; charset=utf-8"],
    ["app://descent/assets/index-a1.js", "text/javascript; charset=utf-8"],
    ["app://descent/assets/font.woff2", "font/woff2"],
    ["app://descent/assets/odd.bin", "application/octet-stream"],
  ])("answers %s as %s, with the policy and the safe headers", (url, type) => {
    const response = get(url);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({
      "content-type": type, "content-security-policy": contentSecurityPolicy, "x-content-type-options": "nosniff", "referrer-policy": "no-referrer",
      "cache-control": "no-store", "cross-origin-resource-policy": "same-origin",
    });
  });

  it("gives the bytes of the file", async () => {
    expect([...new Uint8Array(await get("app://descent/assets/font.woff2").arrayBuffer())]).toEqual([1, 2, 3]);
    expect(await get("app://descent/").text()).toBe("<!doctype html>");
  });

  it("knows the files that were there at the start, and no link", () => {
    expect([...pages.keys()].sort()).toEqual(["/", "/assets/font.woff2", "/assets/index-a1.js", "/assets/odd.bin", "/index.html"]);
  });

  it.each([
    "/../secret.txt", "/..%2fsecret.txt", "/..%2Fsecret.txt", "/%2e%2e/secret.txt", "/%2e%2e%2fsecret.txt", "/%252e%252e%252fsecret.txt", "/....//secret.txt", "/..\\secret.txt",
    "/..%5csecret.txt", "/assets/../../secret.txt", "/assets/..%2f..%2fsecret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/.%2e/secret.txt", "/%c0%ae%c0%ae/secret.txt", "/..;/secret.txt",
    "//secret.txt", "///etc/passwd", "/etc/passwd", "/%2fetc%2fpasswd", "/C:/Windows/win.ini", "/C:%5cWindows%5cwin.ini", "/file:///etc/passwd", "/index.html%00.js", "/index.html/", "/index.html/..%2f..%2fsecret.txt",
    "/assets", "/assets/", "/./../secret.txt", "/link.txt", "/INDEX.HTML", "/index%2ehtml", "/constructor", "/__proto__", "/%", "/%zz", "/~root/.ssh/id_rsa",
  ])("answers 404 to app://descent%s and gives nothing away", async (path) => {
    const response = get(`app://descent${path}`);
    expect([response.status, await response.text(), response.headers.get("content-security-policy")]).toEqual([404, "no such page", contentSecurityPolicy]);
  });

  it.each([
    "app://evil/", "app://evil/index.html", "app://descent.evil/", "app://descent@evil/", "app://evil@descent/", "app://:x@descent/", "app://descent:80/", "app://DESCENT/", "app:///index.html",
    "app:index.html", "https://descent/", "file:///etc/passwd", "APP2://descent/", "not an address", "",
  ])("answers 403 to %s", (url) => { expect(get(url).status).toBe(403); });

  it.each(["POST", "PUT", "DELETE", "HEAD", "OPTIONS"])("answers 405 to %s", (method) => {
    expect(answer(pages, { method, url: "app://descent/" }).status).toBe(405);
  });
});

describe("a folder without index.html", () => {
  it("is refused with the command that mends it", () => {
    expect(() => readPages(join(folder, "site", "assets"))).toThrow(/index\.html is missing\. Run npm run build\.$/);
  });
});
