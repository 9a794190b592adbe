/** Two of Descent's runs in worker threads of one process: node pair.ts FOLDER EXECUTOR. A chunk is asked of one of them, or of both at once. */

import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { serve } from "../lines.ts";
import type { Ask, Chunk } from "../lines.ts";
import { trainer } from "./trainer.ts";

type Turn = Ask & { do: "chunk" };

if (isMainThread) {
  const [folder, executor] = process.argv.slice(2) as [string, string];
  const workers = [1, 2].map(() => new Worker(import.meta.filename, { workerData: [folder, executor] }));
  const answer = (worker: Worker, turn: Turn): Promise<Chunk> => new Promise((resolve, reject) => {
    worker.once("message", resolve).once("error", reject);
    worker.postMessage(turn);
  });
  await serve(`Descent ${executor}, two worker threads`, async (ask: Ask) => {
    if (ask.do !== "chunk") throw new Error(`a pair answers nothing but chunks; got ${ask.do}`);
    return { chunks: await Promise.all(workers.slice(0, ask.workers ?? 2).map((worker) => answer(worker, ask))) };
  });
} else {
  const [folder, executor] = workerData as [string, string];
  const own = trainer(folder, executor);
  parentPort!.on("message", ({ seconds, fresh }: Turn) => { parentPort!.postMessage(own.chunk(seconds, fresh)); });
}
