/** A file on its way out of the project, from a thread of its own, as a stream: its bytes in order, then what is in it. Leaving the stream ends the thread. */

import type { ExportEvent } from "../contract/exports.ts";
import type { OutgoingSetup } from "./protocol.ts";
import { openThread, type Heard } from "./thread.ts";

/** Rejects with what the thread threw. */
export async function* outgoing(setup: Omit<OutgoingSetup, "job">): AsyncGenerator<ExportEvent, void> {
  const asked: PromiseWithResolvers<Heard>[] = [];
  let death: Error | null = null;
  const thread = openThread({ job: "export", ...setup }, (word) => { asked.shift()?.resolve(word); }, (error) => {
    death ??= error;
    for (const { reject } of asked.splice(0)) reject(death);
  });
  const ask = (): Promise<Heard> => {
    const pending = Promise.withResolvers<Heard>();
    if (death === null) asked.push(pending);
    else pending.reject(death);
    thread.ask("more");
    return pending.promise;
  };
  try {
    // One piece is made while another one is written.
    let next = ask();
    for (;;) {
      const word = await next;
      if (word.kind === "end") { yield { kind: "done", rows: word.rows }; return; }
      if (word.kind !== "piece") continue;
      next = ask();
      next.catch(() => undefined);
      if (word.bytes.byteLength > 0) yield { kind: "bytes", bytes: word.bytes };
      yield { kind: "progress", done: word.done, of: word.of };
    }
  } finally {
    thread.close();
  }
}
