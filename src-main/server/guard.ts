/** Who may ask: the rules every request and every upgrade passes before anything else happens. A loopback address alone keeps nobody out. */

import type { IncomingMessage } from "node:http";

export interface Refusal { readonly status: 400 | 401 | 403 | 404 | 405 | 413 | 421; readonly sentence: string }

/**
 * Why this request is refused, or null. A browser led here by another site shows it in one of three places: Host (a name that was bent
 * to this address), Origin, or Sec-Fetch-Site.
 */
export function refusal(request: IncomingMessage, port: number): Refusal | null {
  const hosts = all(request, "host");
  const host = hosts[0] ?? "";
  if (hosts.length !== 1 || ![`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`].includes(host)) return { status: 421, sentence: "This address is not served here." };
  const origins = all(request, "origin");
  if (origins.length > 1 || origins.some((origin) => origin !== `http://${host}`)) return { status: 403, sentence: "Another site may not ask here." };
  const sites = all(request, "sec-fetch-site");
  if (sites.length > 1 || sites.some((site) => site !== "same-origin" && site !== "none")) return { status: 403, sentence: "Another site may not lead here. Type or paste the address." };
  if (request.method !== "GET" && request.method !== "HEAD") return { status: 405, sentence: "Pages are read; everything else goes over the socket." };
  if (request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"] ?? 0) !== 0) return { status: 413, sentence: "A request here has no body." };
  if (request.url?.startsWith("/") !== true) return { status: 400, sentence: "A request names a path." };
  return null;
}

/** The same for an upgrade, which also needs the one path, the one protocol and the token. */
export function upgradeRefusal(request: IncomingMessage, port: number, isToken: (given: string) => boolean): Refusal | null {
  const found = refusal(request, port);
  if (found !== null) return found;
  if (request.url !== "/rpc") return { status: 404, sentence: "Nothing can be upgraded at this path." };
  if (request.method !== "GET" || request.headers.upgrade?.toLowerCase() !== "websocket") return { status: 400, sentence: "Only a WebSocket is opened here." };
  const protocols = all(request, "sec-websocket-protocol");
  const [name, token, ...more] = (protocols[0] ?? "").split(",").map((one) => one.trim());
  if (protocols.length !== 1 || name !== "descent" || more.length > 0 || token === undefined || !isToken(token)) return { status: 401, sentence: "The token is missing or wrong. Use the whole address that was printed." };
  return null;
}

/** Every value a header was sent with; `request.headers` keeps only the first of some. */
function all(request: IncomingMessage, name: string): string[] {
  return request.rawHeaders.filter((_, i) => i % 2 === 1 && request.rawHeaders[i - 1]!.toLowerCase() === name);
}
