/** Where scripts of this machine tell of their runs: HTTP on the loopback alone, for who can read the file with the token. No page ever asks here. */

import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { SpecError, StoreError } from "../../src-engine/spec/errors.ts";
import { problem } from "../../src-engine/spec/param.ts";
import { loggingLimits, readEnd, readPoints, readStart } from "../contract/logging.ts";
import type { Run } from "../contract/nouns.ts";
import type { LoggedRuns } from "./logged-runs.ts";
import { tokenCheck } from "./token.ts";

export interface LogDoor { readonly port: number; readonly token: string; close(): Promise<void> }

/** Why a request goes no further. */
class Refused extends Error {
  readonly status: number;
  constructor(status: number, sentence: string) { super(sentence); this.status = status; }
}

/** Listens on a free port and writes address and token into `file`, for its owner's eyes alone; closing takes the file away. Throws StoreError where it cannot be written. */
export async function openLogDoor(runs: LoggedRuns, file: string): Promise<LogDoor> {
  const token = randomBytes(24).toString("base64url");
  const isToken = tokenCheck(token);
  const http = createServer({ maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000, requireHostHeader: false });
  http.maxConnections = 100;
  const port = (): number => (http.address() as AddressInfo).port;
  http.on("request", (request, response) => void serve(request, response));
  http.on("clientError", (_, socket) => { socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n"); });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      guard(request, port(), isToken);
      const body = await bodyOf(request);
      const { id, state, step } = carriedOut(request.url!, body);
      say(response, 200, { run: id, state, step });
    } catch (error) {
      tellTrouble(response, error);
    }
  }

  function carriedOut(url: string, body: unknown): Run {
    if (url === "/runs") return runs.begin(readStart(body));
    const [, id = "", what] = /^\/runs\/(r-[1-9][0-9]{0,14})\/(log|alive|finish)$/.exec(url) ?? [];
    switch (what) {
      case "log": return runs.add(id, readPoints(body));
      case "alive": return runs.alive(id);
      case "finish": return runs.end(id, readEnd(body));
      default: throw new Refused(404, "There is nothing at this path: /runs, /runs/r-1/log, /runs/r-1/alive and /runs/r-1/finish are what there is.");
    }
  }

  await new Promise<void>((resolve, reject) => { http.once("error", reject); http.listen(0, "127.0.0.1", resolve); });
  try { keep(file, { url: `http://127.0.0.1:${port()}`, token, pid: process.pid }); } catch (error) {
    http.close();
    throw new StoreError("cannotWrite", `${file} could not be written: ${(error as Error).message}`, { file }, "Scripts cannot log without it. Check the rights of its folder.");
  }
  return {
    port: port(), token,
    async close() {
      rmSync(file, { force: true });
      const isClosed = new Promise<void>((resolve) => { http.close(() => { resolve(); }); });
      http.closeAllConnections();
      await isClosed;
    },
  };
}

/** Made anew, never written into what stands there: another's file could keep rights that others have. */
function keep(file: string, address: object): void {
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  writeFileSync(file, `${JSON.stringify(address)}\n`, { mode: 0o600, flag: "wx" });
}

/** A script sends no Origin, no fetch metadata and no cookies; a browser cannot help sending some of them. */
function guard(request: IncomingMessage, port: number, isToken: (given: string) => boolean): void {
  const all = (name: string): string[] => request.rawHeaders.filter((_, i) => i % 2 === 1 && request.rawHeaders[i - 1]!.toLowerCase() === name);
  const hosts = all("host");
  if (hosts.length !== 1 || ![`127.0.0.1:${port}`, `localhost:${port}`].includes(hosts[0]!)) throw new Refused(421, "This address is not served here.");
  if (all("origin").length > 0 || all("sec-fetch-site").length > 0 || all("cookie").length > 0) throw new Refused(403, "No page may ask here; only scripts of this machine.");
  const given = all("authorization");
  if (given.length !== 1 || !given[0]!.startsWith("Bearer ") || !isToken(given[0]!.slice("Bearer ".length))) throw new Refused(401, "The token is missing or wrong. It stands in the file logger.json beside the project.");
  if (request.method !== "POST") throw new Refused(405, "Everything here is a POST.");
  if (!/^application\/json(; *charset=utf-8)?$/i.test(request.headers["content-type"] ?? "")) throw new Refused(415, "The body must be JSON, with content-type: application/json.");
  if (Number(request.headers["content-length"] ?? 0) > loggingLimits.bodyBytes) throw new Refused(413, tooLarge);
}

const tooLarge = `A body may have at most ${loggingLimits.bodyBytes} bytes. Send fewer points at a time.`;

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > loggingLimits.bodyBytes) throw new Refused(413, tooLarge);
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString("utf8");
  if (text === "") return {};
  try { return JSON.parse(text); } catch (error) {
    throw new SpecError([problem("body", "badSyntax", `is no JSON: ${(error as Error).message.slice(0, 200)}`)]);
  }
}

function say(response: ServerResponse, status: number, answer: object): void {
  if (response.headersSent) return;
  const text = `${JSON.stringify(answer)}\n`;
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text), "cache-control": "no-store", "x-content-type-options": "nosniff", ...(status >= 400 ? { connection: "close" } : {}), ...(status === 405 ? { allow: "POST" } : {}) });
  response.end(text);
}

function tellTrouble(response: ServerResponse, error: unknown): void {
  if (error instanceof Refused) return say(response, error.status, { message: error.message });
  if (error instanceof SpecError) return say(response, 400, { message: error.message, problems: error.problems.map(({ path, message }) => ({ path, message })) });
  if (error instanceof StoreError) return say(response, error.code === "noSuchRun" ? 404 : error.code === "wrongState" ? 409 : 503, { message: error.message, hint: error.hint });
  say(response, 500, { message: "This is a fault of Descent itself." });
}
