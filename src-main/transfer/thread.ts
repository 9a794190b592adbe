/** The thread that moves stored data, seen from outside. */

import { Worker } from "node:worker_threads";
import { StoreError } from "../contract/errors.ts";
import { fromWire } from "../contract/wire-error.ts";
import { threadFile } from "../store/thread-file.ts";
import type { FromTransfer, ToTransfer, TransferSetup } from "./protocol.ts";

export type Heard = Exclude<FromTransfer, { readonly kind: "failed" }>;
export interface TransferThread { ask(word: ToTransfer): void; close(): void }

/** `hear` is told each word, `fail` once why there will be no more: what the thread threw, or that it died. */
export function openThread(setup: TransferSetup, hear: (word: Heard) => void, fail: (error: Error) => void): TransferThread {
  const worker = new Worker(threadFile("transfer-thread", import.meta.url), { workerData: setup, resourceLimits: { maxOldGenerationSizeMb: 2048, maxYoungGenerationSizeMb: 16 } });
  worker.on("message", (word: FromTransfer) => { if (word.kind === "failed") fail(fromWire(word.error)); else hear(word); });
  worker.on("error", (error: Error) => { fail(new StoreError("transferFailed", `the thread that moves the data died: ${error.message}`, {}, "Try again; if it ends so again, take fewer runs at a time.")); });
  worker.on("exit", () => { fail(new StoreError("transferFailed", "the thread that moves the data was ended", {}, "Try again.")); });
  return { ask(word) { worker.postMessage(word); }, close() { void worker.terminate(); } };
}
