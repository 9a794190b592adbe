/** A file on its way out of the project, from a thread of its own, as a stream: its bytes in order, then what is in it. Leaving the stream ends the thread. */

import { Worker } from "node:worker_threads";
import { StoreError } from "../contract/errors.ts";
import type { ExportEvent, ExportWish } from "../contract/exports.ts";
import { fromWire } from "../contract/wire-error.ts";
import type { FromTransfer, TransferSetup } from "./protocol.ts";

/** Bytes of one event at most: what a channel carries without holding up others. */
const mostBytes = 256 * 1024;

/** Rejects with what the thread threw. */
export async function* outgoing(file: string, wish: ExportWish): AsyncGenerator<ExportEvent, void> {
  const thread = openThread({ job: "export", file, wish });
  try {
    // One piece is made while another one is written.
    let next = thread.ask();
    for (;;) {
      const word = await next;
      if (word.kind === "end") { yield { kind: "done", rows: word.rows }; return; }
      next = thread.ask();
      next.catch(() => undefined);
      for (let at = 0; at < word.bytes.byteLength; at += mostBytes) yield { kind: "bytes", bytes: word.bytes.slice(at, at + mostBytes) };
      yield { kind: "progress", done: word.done, of: word.of };
    }
  } finally {
    thread.close();
  }
}

interface TransferThread { ask(): Promise<Exclude<FromTransfer, { kind: "failed" }>>; close(): void }

function openThread(setup: TransferSetup): TransferThread {
  const worker = new Worker(threadFile(import.meta.url), { workerData: setup, resourceLimits: { maxOldGenerationSizeMb: 1024 } });
  const asked: PromiseWithResolvers<Exclude<FromTransfer, { kind: "failed" }>>[] = [];
  let death: Error | null = null;
  const die = (error: Error): void => {
    death ??= error;
    for (const { reject } of asked.splice(0)) reject(death);
  };
  worker.on("message", (word: FromTransfer) => {
    const first = asked.shift();
    if (word.kind === "failed") first?.reject(fromWire(word.error));
    else first?.resolve(word);
  });
  worker.on("error", (error: Error) => { die(new StoreError("transferFailed", `the thread that moves the data died: ${error.message}`, {}, "Try again; if it ends so again, take fewer runs at a time.")); });
  worker.on("exit", () => { die(new StoreError("transferFailed", "the thread that moves the data was ended", {}, "Try again.")); });
  return {
    ask() {
      if (death !== null) return Promise.reject(death);
      const pending = Promise.withResolvers<Exclude<FromTransfer, { kind: "failed" }>>();
      asked.push(pending);
      worker.postMessage("more");
      return pending.promise;
    },
    close() { void worker.terminate(); },
  };
}

/** The thread's file beside this one: as TypeScript where the source runs, else as it was built, perhaps one folder up. */
function threadFile(here: string): URL {
  if (here.endsWith(".ts")) return new URL("./transfer-thread.ts", here);
  return new URL(here.includes("/chunks/") ? "../transfer-thread.js" : "./transfer-thread.js", here);
}
