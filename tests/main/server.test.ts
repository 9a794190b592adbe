/** The local server against everybody who is not its own page: a table of attacks, none of which gets through, and the one way in. */

import { connect as dial } from "node:net";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { decode, encode } from "../../src-main/contract/codec.ts";
import { contentSecurityPolicy } from "../../src-main/contract/csp.ts";
import { inputs } from "../../src-main/contract/inputs.ts";
import { connect, Disconnected, type Channel } from "../../src-main/contract/rpc.ts";
import { hasDisplay, openCommand } from "../../src-main/server/browser.ts";
import { readPages, type Pages } from "../../src-main/server/pages.ts";
import { startServer, type Served } from "../../src-main/server/server.ts";
import { runDouble, workbenchDouble } from "../support/workbench-double.ts";

const secret = "the page's own text";
let folder: string;
let pages: Pages;
let served: Served;
const ended = Promise.withResolvers<null>();
const service = workbenchDouble({
  listRuns: async () => [runDouble({ metrics: { "train/loss": NaN } })],
  watchRun: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined), return: () => { ended.resolve(null); return Promise.resolve({ done: true as const, value: undefined }); } }) }),
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "descent-pages-"));
  const built = join(folder, "renderer");
  mkdirSync(join(built, "assets"), { recursive: true });
  writeFileSync(join(built, "index.html"), `<!doctype html>${secret}`);
  writeFileSync(join(built, "assets", "index-1a2b.js"), secret);
  writeFileSync(join(built, "notes.descent"), "a file of an unknown type");
  writeFileSync(join(folder, "outside.txt"), "outside");
  symlinkSync(join(folder, "outside.txt"), join(built, "link.txt"));
  pages = readPages(built);
  served = await startServer({ service, inputs: inputs(), pages, port: 0 });
});
afterAll(async () => {
  await served.close();
  rmSync(folder, { recursive: true });
});

/** Sends bytes as they are and returns everything that comes back until the server has closed, or has answered 101 or 200. */
function send(request: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = dial(served.port, "127.0.0.1");
    let answer = "";
    const finish = () => { socket.destroy(); resolve(answer); };
    socket.on("data", (data) => { answer += data.toString("latin1"); if (/^HTTP\/1\.1 (101|200)/.test(answer)) setTimeout(finish, 20); });
    socket.on("close", finish);
    socket.on("error", finish);
    // What never gets an answer is let go after the header limit would have been; none of the table needs it.
    socket.setTimeout(3000, finish);
    socket.write(request, "latin1");
  });
}
/** `HOST` stands for the address, `PORT` for the port, `TOKEN` for the token, only known once the server runs. */
const filled = (text: string) => text.replaceAll("HOST", `127.0.0.1:${served.port}`).replaceAll("PORT", String(served.port)).replaceAll("TOKEN", served.token);
const request = (line: string, ...headers: string[]) => `${[`${line} HTTP/1.1`, ...headers].join("\r\n")}\r\n\r\n`;
const get = (path: string, ...headers: string[]) => request(`GET ${path}`, "Host: HOST", ...headers);
const handshake = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];
const own = ["Host: HOST", "Origin: http://HOST", ...handshake];
const protocol = "Sec-WebSocket-Protocol: descent, TOKEN";

const foreignHosts = ["evil.example", "evil.example:PORT", "rebind.test:PORT", "127.0.0.1", "localhost", "127.0.0.1:1", "localhost:80", "127.0.0.2:PORT", "0.0.0.0:PORT", "127.1:PORT", "2130706433:PORT", "0x7f000001:PORT", "[::1]", "::1:PORT", "[::ffff:127.0.0.1]:PORT",
  "localhost.:PORT", "LOCALHOST.evil.example:PORT", "127.0.0.1:PORT.evil.example", "127.0.0.1:PORT@evil.example", "evil.example@127.0.0.1:PORT", "127.0.0.1:0PORT", "", " ", "127.0.0.1:PORT, evil.example", "http://127.0.0.1:PORT", "127.0.0.1:PORT/", "xn--localhost:PORT", "localhost:PORT#", "LOCALHOST:PORT"];
const foreignOrigins = ["http://evil.example", "https://127.0.0.1:PORT", "http://127.0.0.1", "http://127.0.0.1:1", "http://localhost:PORT", "null", "", "file://", "app://workbench", "http://127.0.0.1:PORT.evil.example", "http://127.0.0.1:PORT@evil.example", "http://127.0.0.1:PORT/", "HTTP://127.0.0.1:PORT", "http://127.0.0.2:PORT", "chrome-extension://abc", "http://127.0.0.1:PORT http://evil.example", "http://[::1]:PORT", "*"];
const sites = ["cross-site", "same-site", "Same-Origin", "", "none, cross-site"];
const paths = ["/../outside.txt", "/..%2foutside.txt", "/%2e%2e/outside.txt", "/%2e%2e%2foutside.txt", "/..\\outside.txt", "/..%5coutside.txt", "/%252e%252e/outside.txt", "//etc/passwd", "/etc/passwd", "/assets/../../outside.txt", "/assets/..;/outside.txt", "/./../outside.txt",
  "/index.html%00.js", "/link.txt", "/notes.descent", "/assets/", "/assets", "/rpc", "/rpc/", "/__proto__", "/constructor", "/INDEX.HTML", "//", "/index.html/", "/\xc0\xae\xc0\xae/outside.txt", "/file:///etc/passwd", "/C:/Windows/win.ini"];
const methods = ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "QUERY"];
const wrongProtocols = ["", "Sec-WebSocket-Protocol: descent", "Sec-WebSocket-Protocol: TOKEN", "Sec-WebSocket-Protocol: TOKEN, descent", "Sec-WebSocket-Protocol: descent, ", "Sec-WebSocket-Protocol: descent, wrong", "Sec-WebSocket-Protocol: descent, TOKENx", "Sec-WebSocket-Protocol: descent, undefined", "Sec-WebSocket-Protocol: descent, TOKEN, TOKEN",
  "Sec-WebSocket-Protocol: other, TOKEN", "Sec-WebSocket-Protocol: descent, " + "A".repeat(32), "Sec-WebSocket-Protocol: descent\r\nSec-WebSocket-Protocol: TOKEN", "Sec-WebSocket-Protocol: descent, TOKEN\r\nSec-WebSocket-Protocol: descent, TOKEN", "Authorization: Bearer TOKEN", "Cookie: token=TOKEN", "Sec-WebSocket-Protocol: descent TOKEN"];

/** Everything that must not be let in: its name and its bytes. */
const attacks: [string, string][] = [
  ...foreignHosts.map((host): [string, string] => [`page, Host ${JSON.stringify(host)}`, request("GET /", `Host: ${host}`)]),
  ...foreignHosts.map((host): [string, string] => [`socket, Host ${JSON.stringify(host)}`, request("GET /rpc", `Host: ${host}`, ...handshake, protocol)]),
  ["page, no Host", request("GET /")],
  ["page, two Hosts, ours first", get("/", "Host: evil.example")],
  ["page, two Hosts, ours last", request("GET /", "Host: evil.example", "Host: HOST")],
  ["page, Host twice the same", get("/", "Host: HOST")],
  ["socket, two Hosts", request("GET /rpc", ...own, "Host: evil.example", protocol)],
  ["page over HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n"],
  ["page, absolute address of another", request("GET http://evil.example/", "Host: HOST")],
  ["page, absolute address of ours", request("GET http://HOST/", "Host: HOST")],
  ...foreignOrigins.map((origin): [string, string] => [`page, Origin ${JSON.stringify(origin)}`, get("/", `Origin: ${origin}`)]),
  ...foreignOrigins.map((origin): [string, string] => [`socket, Origin ${JSON.stringify(origin)}`, request("GET /rpc", "Host: HOST", `Origin: ${origin}`, ...handshake, protocol)]),
  ["page, two Origins", get("/", "Origin: http://HOST", "Origin: http://evil.example")],
  ["socket, two Origins", request("GET /rpc", ...own, "Origin: http://evil.example", protocol)],
  ...sites.flatMap((site): [string, string][] => [[`page, Sec-Fetch-Site ${JSON.stringify(site)}`, get("/", `Sec-Fetch-Site: ${site}`)], [`socket, Sec-Fetch-Site ${JSON.stringify(site)}`, request("GET /rpc", ...own, `Sec-Fetch-Site: ${site}`, protocol)]]),
  ["page, two Sec-Fetch-Sites", get("/", "Sec-Fetch-Site: none", "Sec-Fetch-Site: cross-site")],
  ...paths.map((path): [string, string] => [`path ${path}`, get(path)]),
  ...methods.map((method): [string, string] => [`method ${method}`, request(`${method} /`, "Host: HOST", "Content-Length: 0")]),
  ["method CONNECT", request("CONNECT evil.example:443", "Host: HOST")],
  ["a method nobody knows", request("STEAL /", "Host: HOST")],
  ["a body with GET", `${get("/", "Content-Length: 4")}data`],
  ["a chunked body with GET", `${get("/", "Transfer-Encoding: chunked")}0\r\n\r\n`],
  ["length and chunks at once", `${get("/", "Content-Length: 4", "Transfer-Encoding: chunked")}0\r\n\r\n`],
  ["a JSON POST with the token", `${request("POST /rpc", "Host: HOST", "Content-Type: application/json", "Content-Length: 2", "Authorization: Bearer TOKEN")}{}`],
  ["20 kB of headers", get("/", `X-Big: ${"x".repeat(20_000)}`)],
  ["a path of 20 kB", get(`/${"x".repeat(20_000)}`)],
  ["no request at all", "hello\r\n\r\n"],
  ["a TLS greeting", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"],
  ["a bare line feed in a header", "GET / HTTP/1.1\nHost: HOST\nX: y\r\n\r\n\0"],
  ["a folded header", "GET / HTTP/1.1\r\nHost: HOST\r\n evil\r\n\r\n"],
  ...wrongProtocols.map((line): [string, string] => [`socket, ${line === "" ? "no protocol" : JSON.stringify(line)}`, request("GET /rpc", ...own, ...(line === "" ? [] : [line]))]),
  ...["/", "/rpc/", "/RPC", "/rpc?token=TOKEN", "/rpc?", "/rpc/../rpc", "//rpc", "/%72pc"].map((path): [string, string] => [`socket at ${path}`, request(`GET ${path}`, ...own, protocol)]),
  ["socket by POST", request("POST /rpc", ...own, protocol, "Content-Length: 0")],
  ["socket by HEAD", request("HEAD /rpc", ...own, protocol)],
  ["an upgrade to h2c", request("GET /rpc", "Host: HOST", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__", protocol)],
  ["socket of version 12", request("GET /rpc", ...own.filter((line) => !line.includes("Version")), "Sec-WebSocket-Version: 12", protocol)],
  ["socket without a key", request("GET /rpc", ...own.filter((line) => !line.includes("Key")), protocol)],
  ["socket with a body", `${request("GET /rpc", ...own, protocol, "Content-Length: 4")}data`],
  ["socket with 20 kB of headers", request("GET /rpc", ...own, protocol, `X-Big: ${"x".repeat(20_000)}`)],
];

describe("attacks", () => {
  it("are at least 100", () => { expect(attacks.length).toBeGreaterThanOrEqual(100); });

  it.each(attacks)("%s gets neither page nor socket", async (_, bytes) => {
    const answer = await send(filled(bytes));
    expect(answer).not.toMatch(/HTTP\/1\.1 (2|101|3)/);
    expect(answer).not.toContain(secret);
    expect(answer).not.toContain("outside");
    expect(answer).not.toContain(served.token);
    expect(answer.toLowerCase()).not.toContain("access-control-");
    expect(service.asked).toEqual([]);
  });

  it("a refusal says its status and carries the same headers as a page", async () => {
    const told: [string, number][] = [[request("GET /", "Host: evil.example"), 421], [get("/", "Origin: null"), 403], [get("/nothing"), 404], [request("POST /", "Host: HOST", "Content-Length: 0"), 405], [request("GET /rpc", ...own), 401], [request("GET /rpc", "Host: evil.example", ...handshake), 421]];
    for (const [bytes, status] of told) {
      const answer = await send(filled(bytes));
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(answer).toContain(`content-security-policy: ${contentSecurityPolicy}`);
      expect(answer).toContain("x-content-type-options: nosniff");
    }
  });
});

/** A page's side of the socket, as the renderer's client makes it. */
async function page(): Promise<{ channel: Channel; socket: WebSocket }> {
  const socket = new WebSocket(`ws://127.0.0.1:${served.port}/rpc`, ["descent", served.token], { origin: `http://127.0.0.1:${served.port}` });
  await new Promise((resolve, reject) => { socket.once("open", resolve); socket.once("error", reject); });
  const channel: Channel = {
    post: (message) => { socket.send(encode(message)); },
    on: (listener) => { const hear = (data: Buffer) => { listener(decode(data.toString())); }; socket.on("message", hear); return () => { socket.off("message", hear); }; },
    onClose: (listener) => { socket.once("close", listener); },
  };
  return { channel, socket };
}

describe("the one way in", () => {
  it.each(["127.0.0.1", "localhost", "[::1]"])("the page is served to Host %s with every header it needs", async (host) => {
    const answer = await send(request("GET /", `Host: ${host}:${served.port}`, `Origin: http://${host}:${served.port}`, "Sec-Fetch-Site: none"));
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK/);
    for (const line of [`content-security-policy: ${contentSecurityPolicy}`, "x-content-type-options: nosniff", "referrer-policy: no-referrer", "cache-control: no-store", "cross-origin-resource-policy: same-origin", "content-type: text/html; charset=utf-8"]) expect(answer).toContain(line);
    expect(answer).toContain(secret);
  });

  it("a script is served as a script, and HEAD brings no body", async () => {
    expect(await send(filled(get("/assets/index-1a2b.js?v=1")))).toContain("content-type: text/javascript; charset=utf-8");
    const head = await send(filled(request("HEAD /", "Host: HOST", "Connection: close")));
    expect(head).toMatch(/^HTTP\/1\.1 200/);
    expect(head).not.toContain(secret);
  });

  it("the policy allows nothing inline, nothing evaluated, nothing from elsewhere", () => {
    expect(contentSecurityPolicy).toBe("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  });

  it("the token has 192 bits, is new at each start, and stands in the fragment", async () => {
    const other = await startServer({ service, inputs: inputs(), pages, port: 0 });
    expect(Buffer.from(served.token, "base64url")).toHaveLength(24);
    expect(other.token).not.toBe(served.token);
    expect(served.url).toBe(`http://127.0.0.1:${served.port}/#token=${served.token}`);
    await other.close();
  });

  it("a page with the token asks and is answered, NaN and all; its leaving ends its streams", async () => {
    const { channel, socket } = await page();
    expect(socket.protocol).toBe("descent");
    const client = connect(channel);
    expect(await client.listRuns({})).toEqual([runDouble({ metrics: { "train/loss": NaN } })]);
    const waiting = client.watchRun({ runId: "r-1", since: 0 })[Symbol.asyncIterator]().next().catch((error: unknown) => error);
    await client.listRuns({});
    socket.terminate();
    await ended.promise;
    expect(await waiting).toBeInstanceOf(Disconnected);
  });

  it.each<[string, number, (socket: WebSocket) => void]>([
    ["a binary frame", 1003, (socket) => { socket.send(Buffer.from("{}")); }], ["text that is no message", 1007, (socket) => { socket.send("{"); }],
    ["__proto__ in a message", 1007, (socket) => { socket.send('{"t":"q","i":"1","m":"call","a":["listRuns",{"__proto__":{"polluted":1}}]}'); }], ["50 000 levels", 1007, (socket) => { socket.send("[".repeat(50_000)); }],
    ["a frame of 97 MB", 1009, (socket) => { socket.send("x".repeat(97 * 1024 * 1024)); }],
  ])("%s ends that socket with %i and no other", async (_, code, act) => {
    const [bad, good] = [await page(), await page()];
    const closed = new Promise((resolve) => { bad.socket.once("close", resolve); });
    act(bad.socket);
    expect(await closed).toBe(code);
    expect(await connect(good.channel).listRuns({})).toHaveLength(1);
    good.socket.terminate();
  });

  it("a port that is taken is named, with what to do", async () => {
    await expect(startServer({ service, inputs: inputs(), pages, port: served.port })).rejects.toMatchObject({ code: "portTaken", message: `Port ${served.port} cannot be used: it is taken by another program.` });
  });

  it("closing says goodbye to every page and frees the port", async () => {
    const other = await startServer({ service, inputs: inputs(), pages, port: 0 });
    const socket = new WebSocket(`ws://127.0.0.1:${other.port}/rpc`, ["descent", other.token]);
    await new Promise((resolve) => { socket.once("open", resolve); });
    const closed = new Promise((resolve) => { socket.once("close", resolve); });
    await other.close();
    expect(await closed).toBe(1001);
    const again = await startServer({ service, inputs: inputs(), pages, port: other.port });
    await again.close();
  });
});

describe("pages", () => {
  it("are known by path; links and unknown types are not among them", () => {
    expect([...pages.keys()].sort()).toEqual(["/", "/assets/index-1a2b.js", "/index.html"]);
  });

  it("that were never built are said to be so", () => {
    expect(() => readPages(join(folder, "nowhere"))).toThrow(expect.objectContaining({ code: "notBuilt" }));
  });
});

describe("opening the browser", () => {
  it.each<[NodeJS.Platform, Record<string, string>, boolean]>([["linux", {}, false], ["linux", { DISPLAY: ":0" }, true], ["linux", { WAYLAND_DISPLAY: "wayland-0" }, true], ["linux", { DISPLAY: "" }, false], ["darwin", {}, true], ["win32", {}, true]])("on %s with %j: %s", (platform, env, expected) => {
    expect(hasDisplay(platform, env)).toBe(expected);
  });

  it("hands the address over as one argument, never to a shell", () => {
    expect((["linux", "darwin", "win32"] as const).map((platform) => openCommand(platform, "http://127.0.0.1:1/#token=a&b"))).toEqual([
      ["xdg-open", ["http://127.0.0.1:1/#token=a&b"]], ["open", ["http://127.0.0.1:1/#token=a&b"]], ["rundll32", ["url.dll,FileProtocolHandler", "http://127.0.0.1:1/#token=a&b"]],
    ]);
  });
});
