/** The thread's own end: hands over a file of a snapshot of the project, a piece each time it is asked; or looks through a capsule and takes it in. */

import { parentPort, workerData } from "node:worker_threads";
import type { ExportWish } from "../contract/exports.ts";
import { StoreError } from "../contract/errors.ts";
import { toWire } from "../contract/wire-error.ts";
import { faultFrom } from "../store/faults.ts";
import { openBeside, openSnapshot, type Snapshot } from "../store/open.ts";
import { capsuleFound, readCapsule, takeCapsule } from "./capsule-in.ts";
import { capsule } from "./capsule-out.ts";
import type { FromTransfer, IncomingSetup, OutgoingSetup, TransferSetup } from "./protocol.ts";
import { curvesTable, runsTable, type Pieces } from "./tables.ts";

const setup = workerData as TransferSetup;
const port = parentPort!;
const say = (word: FromTransfer): void => { port.postMessage(word, word.kind === "piece" ? [word.bytes.buffer as ArrayBuffer] : []); };

if (setup.job === "export") hand(setup);
else void take(setup).catch((error: unknown) => { say({ kind: "failed", error: toWire(error) }); });

function hand({ file, wish, ...rest }: OutgoingSetup): void {
  let pieces: Pieces | null = null;
  port.on("message", () => {
    try {
      pieces ??= inParts(piecesOf(openSnapshot(file), wish, rest));
      const { done, value } = pieces.next();
      say(done === true ? { kind: "end", ...value } : { kind: "piece", bytes: value.bytes, done: value.done, of: value.of });
    } catch (error) {
      say({ kind: "failed", error: toWire(error) });
    }
  });
}

function piecesOf(store: Snapshot, wish: ExportWish, rest: Pick<OutgoingSetup, "folder" | "report" | "createdMs">): Pieces {
  switch (wish.kind) {
    case "curves": return curvesTable(store, wish.format, wish.runIds, wish.metrics);
    case "runs": return runsTable(store, wish.format, wish.runIds, wish.columns);
    case "capsule": return capsule(store, { wish, ...rest });
  }
}

/** Bytes of one word at most: what a channel carries without holding up others. */
const mostBytes = 256 * 1024;

/** The same bytes in pieces that are all of their memory, to be handed over: what is large, or shares it with others, is copied. */
function* inParts(pieces: Pieces): Pieces {
  for (;;) {
    const { done, value } = pieces.next();
    if (done === true) return value;
    const { bytes } = value;
    if (bytes.byteLength <= mostBytes && bytes.byteLength === bytes.buffer.byteLength) yield value;
    else for (let at = 0; at < bytes.byteLength; at += mostBytes) yield { ...value, bytes: bytes.slice(at, at + mostBytes) };
  }
}

async function take({ file, bytes, name, isTaken, word }: IncomingSetup): Promise<void> {
  const advance = (done: number, of: number): void => {
    if (Atomics.load(word, 0) !== 0) throw new StoreError("left", "the import was left, and nothing was taken in", {});
    say({ kind: "progress", done, of });
  };
  // Two halves of one way: looking through, and writing.
  const found = readCapsule(bytes, name, (done, of) => { advance(done, isTaken ? 2 * of : of); });
  if (!isTaken) { say({ kind: "found", found: capsuleFound(found) }); return; }
  // Only a checkout's own source plants troubles.
  const fault = import.meta.url.endsWith(".ts") ? faultFrom(process.env["DESCENT_FAULT"], () => { process.kill(process.pid, "SIGKILL"); }) : undefined;
  using store = openBeside(file, fault);
  const outcome = await takeCapsule(found, store, (done, of) => { advance(of + done, 2 * of); });
  say({ kind: "taken", outcome });
}
