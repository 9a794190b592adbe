/** The process of one of Descent's executors: node main.ts FOLDER EXECUTOR. */

import { decline, peakBytes, serve } from "../lines.ts";
import type { Ask } from "../lines.ts";
import { executorRate } from "./gemm.ts";
import { trainer } from "./trainer.ts";
import type { Trainer } from "./trainer.ts";

const [folder, executor] = process.argv.slice(2) as [string, string];
let own: Trainer;
try { own = trainer(folder, executor); } catch (error) { decline((error as Error).message); }

await serve(`Descent ${executor}, Node ${process.versions.node}, V8 ${process.versions.v8}`, (ask: Ask) => {
  switch (ask.do) {
    case "losses": return { losses: own.losses(ask.steps) };
    case "chunk": return own.chunk(ask.seconds, ask.fresh);
    case "gemm": return { gflops: executorRate(executor, ask) };
    case "memory": return { peakBytes: peakBytes() };
    default: throw new Error(`nobody answers ${ask.do}`);
  }
});
