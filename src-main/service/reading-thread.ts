/** The thread that answers what is only read of a project: opened for reading, one question after the other, until it is told to end. */

import { parentPort, workerData } from "node:worker_threads";
import { toWire } from "../contract/wire-error.ts";
import { openReader } from "../store/open.ts";
import { readings } from "./readings.ts";
import type { Answered, Asked } from "./read-elsewhere.ts";

const port = parentPort!;
const store = openReader(workerData as string);
const answers = readings(store);

port.on("message", (asked: Asked | "close") => {
  if (asked === "close") {
    store.close();
    port.close();
    return;
  }
  const { number, name, input } = asked;
  (answers[name] as (given: unknown) => Promise<unknown>)(input).then(
    (value) => { port.postMessage({ number, value } satisfies Answered); },
    (error: unknown) => { port.postMessage({ number, error: toWire(error) } satisfies Answered); },
  );
});
