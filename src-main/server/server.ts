/** Door 3's server: pages over HTTP, the Workbench over one WebSocket a page, on this machine's loopback and for holders of the token. */

import { randomBytes } from "node:crypto";
import { createServer, STATUS_CODES } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { StoreError } from "../contract/errors.ts";
import { decode, encode } from "../contract/codec.ts";
import { safeHeaders } from "../contract/csp.ts";
import type { Inputs } from "../contract/inputs.ts";
import { serve, type Channel } from "../contract/rpc.ts";
import type { Workbench } from "../contract/workbench.ts";
import { tokenCheck } from "../service/token.ts";
import { refusal, upgradeRefusal, type Refusal } from "./guard.ts";
import type { Pages } from "./pages.ts";

/** A file of 64 MB in base64, and room for what goes around it; only a holder of the token gets to send a frame at all. */
const frameBytes = 96 * 1024 * 1024;
/** Answers that wait for a page to take them; a page further behind than this is let go. */
const waitingBytes = 256 * 1024 * 1024;

export interface Served {
  /** With the token in its fragment: `http://127.0.0.1:41234/#token=…`. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** Says goodbye to every page and stops listening. The service is the caller's. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1; port 0 takes a free one. Throws StoreError where the port is taken. */
export async function startServer(parts: { service: Workbench; inputs: Inputs; pages: Pages; port: number }): Promise<Served> {
  const { service, inputs, pages } = parts;
  const token = randomBytes(24).toString("base64url");
  const isToken = tokenCheck(token);
  const http = createServer({ maxHeaderSize: 16 * 1024, headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 5_000, requireHostHeader: false });
  http.maxConnections = 100;
  const sockets = new WebSocketServer({ noServer: true, clientTracking: true, maxPayload: frameBytes, perMessageDeflate: false, handleProtocols: () => "descent" });
  const port = () => (http.address() as AddressInfo).port;

  http.on("request", (request, response) => {
    const refused = refusal(request, port());
    if (refused !== null) { refuse(response, refused); return; }
    const page = pages.get(request.url!.split("?", 1)[0]!);
    if (page === undefined) { refuse(response, { status: 404, sentence: "There is nothing at this path." }); return; }
    response.writeHead(200, { ...safeHeaders, "content-type": page.type, "content-length": page.bytes.length });
    response.end(request.method === "HEAD" ? undefined : page.bytes);
  });
  http.on("upgrade", (request, socket, head) => {
    // Until it is a WebSocket, nobody else listens for a broken connection.
    socket.on("error", () => { socket.destroy(); });
    const refused = upgradeRefusal(request, port(), isToken);
    if (refused !== null) { refuseSocket(socket, refused.status, refused.sentence); return; }
    sockets.handleUpgrade(request, socket, head, (webSocket) => { serve(service, inputs, channelOf(webSocket)); });
  });
  http.on("clientError", (_, socket) => { refuseSocket(socket, 400, "This is not a request that can be read."); });

  await new Promise<void>((resolve, reject) => {
    http.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "it is taken by another program" : error.code === "EACCES" ? "this account may not use it" : error.message;
      reject(new StoreError("portTaken", `Port ${parts.port} cannot be used: ${why}.`, {}, "Choose another with --port N, or leave --port out to take a free one."));
    });
    http.listen(parts.port, "127.0.0.1", resolve);
  });
  return { url: `http://127.0.0.1:${port()}/#token=${token}`, port: port(), token, close: () => close(http, sockets) };
}

/** A WebSocket as a channel of text. What is no message of ours ends it. */
function channelOf(socket: WebSocket): Channel {
  // ws closes a socket that breaks its rules; without a listener the error would end the process.
  socket.on("error", () => { socket.terminate(); });
  return {
    post(message) {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (socket.bufferedAmount > waitingBytes) socket.terminate();
      else socket.send(encode(message));
    },
    on(listener) {
      const hear = (data: Buffer, isBinary: boolean) => {
        if (isBinary) { socket.close(1003, "text only"); return; }
        let message: unknown;
        try { message = decode(data.toString("utf8")); } catch { socket.close(1007, "not a message"); return; }
        listener(message);
      };
      socket.on("message", hear);
      return () => { socket.off("message", hear); };
    },
    onClose(listener) { socket.once("close", listener); },
  };
}

function refuse(response: ServerResponse, { status, sentence }: Refusal): void {
  response.writeHead(status, { ...safeHeaders, "content-type": "text/plain; charset=utf-8", connection: "close", ...(status === 405 ? { allow: "GET, HEAD" } : {}) });
  response.end(`${sentence}\n`);
}

function refuseSocket(socket: Duplex, status: number, sentence: string): void {
  if (!socket.writable) { socket.destroy(); return; }
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, "connection: close", "content-type: text/plain; charset=utf-8", ...Object.entries(safeHeaders).map(([name, value]) => `${name}: ${value}`)];
  socket.end(`${head.join("\r\n")}\r\n\r\n${sentence}\n`, () => { socket.destroy(); });
}

async function close(http: ReturnType<typeof createServer>, sockets: WebSocketServer): Promise<void> {
  const isClosed = new Promise<void>((resolve) => { http.close(() => { resolve(); }); });
  for (const socket of sockets.clients) socket.close(1001, "the workbench closes");
  // A page that does not answer the goodbye is not waited for.
  const impatience = setTimeout(() => { for (const socket of sockets.clients) socket.terminate(); }, 500);
  http.closeIdleConnections();
  const rest = setTimeout(() => { http.closeAllConnections(); }, 600);
  await isClosed;
  clearTimeout(impatience);
  clearTimeout(rest);
}
