/** The thread's own end: reads a snapshot of the project and hands over a file, a piece each time it is asked. */

import { parentPort, workerData } from "node:worker_threads";
import type { ExportWish } from "../contract/exports.ts";
import { toWire } from "../contract/wire-error.ts";
import { openSnapshot, type Snapshot } from "../store/open.ts";
import type { FromTransfer, TransferSetup } from "./protocol.ts";
import { curvesTable, runsTable, type Pieces } from "./tables.ts";

const setup = workerData as TransferSetup;
const port = parentPort!;
const say = (word: FromTransfer): void => { port.postMessage(word, word.kind === "piece" ? [word.bytes.buffer as ArrayBuffer] : []); };

let pieces: Pieces | null = null;
port.on("message", () => {
  try {
    pieces ??= piecesOf(openSnapshot(setup.file), setup.wish);
    const { done, value } = pieces.next();
    say(done === true ? { kind: "end", ...value } : { kind: "piece", bytes: whole(value.bytes), done: value.done, of: value.of });
  } catch (error) {
    say({ kind: "failed", error: toWire(error) });
  }
});

function piecesOf(store: Snapshot, wish: ExportWish): Pieces {
  switch (wish.kind) {
    case "curves": return curvesTable(store, wish.format, wish.runIds, wish.metrics);
    case "runs": return runsTable(store, wish.format, wish.runIds, wish.columns);
  }
}

/** Bytes that are all of their memory, to be handed over; what shares it with others is copied. */
const whole = (bytes: Uint8Array): Uint8Array => (bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice());
