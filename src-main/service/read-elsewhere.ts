/** Asks a thread of its own what is only read of a project, so that whoever serves pages goes on meanwhile. The thread sees whatever was committed before it was asked. */

import { Worker } from "node:worker_threads";
import { StoreError } from "../contract/errors.ts";
import { fromWire } from "../contract/wire-error.ts";
import type { WireError } from "../contract/wire-error.ts";
import { threadFile } from "../store/thread-file.ts";
import type { OpenReadings, Readings } from "./readings.ts";

export interface Asked { readonly number: number; readonly name: keyof Readings; readonly input: unknown }
export type Answered = { readonly number: number; readonly value: unknown } | { readonly number: number; readonly error: WireError };

interface Pending { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }

/** Every question there is; one missing does not compile. */
const names = { listRuns: true, listRows: true, queryWords: true, search: true, readSeries: true, readGroups: true, compareRuns: true, examineProject: true, snapshot: true, wholeRuns: true, sizes: true, planQuota: true } satisfies Record<keyof Readings, true>;

/** The thread starts at once, and anew after it died; what it was asked then rejects with StoreError (`readerDied`). */
export function readElsewhere(file: string): OpenReadings {
  let thread: Worker | null = null;
  let isClosed = false;
  let last = 0;
  const pending = new Map<number, Pending>();

  function open(): Worker {
    const opened = new Worker(threadFile("reading-thread", import.meta.url), { workerData: file });
    opened.on("message", (answered: Answered) => {
      const waiting = pending.get(answered.number);
      pending.delete(answered.number);
      if (pending.size === 0) opened.unref();
      if ("error" in answered) waiting?.reject(fromWire(answered.error));
      else waiting?.resolve(answered.value);
    });
    // Both may come, the second when another thread has taken its place.
    opened.on("error", (error) => { if (thread === opened) die(`the thread that reads the project ended: ${error.message}`); });
    opened.on("exit", () => { if (thread === opened) die("the thread that reads the project was closed"); });
    // A thread that nobody waits for does not keep the program running.
    opened.unref();
    return opened;
  }

  function die(what: string): void {
    thread = null;
    for (const { reject } of pending.values()) reject(new StoreError("readerDied", what, { file }, "Ask again; where it happens again, ask for less at once."));
    pending.clear();
  }

  function ask(name: keyof Readings, input: unknown): Promise<unknown> {
    if (isClosed) return Promise.reject(new StoreError("readerDied", "the project was closed", { file }, "Open it again."));
    thread ??= open();
    thread.ref();
    const number = ++last;
    return new Promise((resolve, reject) => {
      pending.set(number, { resolve, reject });
      thread!.postMessage({ number, name, input } satisfies Asked);
    });
  }

  thread = open();
  return {
    ...(Object.fromEntries(Object.keys(names).map((name) => [name, (input: unknown) => ask(name as keyof Readings, input)])) as unknown as Readings),
    async close() {
      isClosed = true;
      const closing = thread;
      if (closing === null) return;
      // What it was asked before is answered first.
      closing.ref();
      const gone = new Promise((resolve) => { closing.once("exit", resolve); });
      closing.postMessage("close");
      await gone;
    },
  };
}
