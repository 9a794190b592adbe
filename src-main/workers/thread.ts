/** One worker thread and the jobs it was asked to do. When it dies, its jobs fail with the reason; it is never used again. */

import { Worker } from "node:worker_threads";
import type { Transferable } from "node:worker_threads";
import { TrainingError } from "../../src-engine/spec/errors.ts";
import { fromWire } from "../contract/wire-error.ts";
import type { FromWorker, Learned, Progress, ToWorker, WorkerSetup } from "./protocol.ts";

/** A job without its number. */
export type Job = { [K in ToWorker["kind"]]: Omit<Extract<ToWorker, { kind: K }>, "job"> }[ToWorker["kind"]];

/** Why a job failed, and what of a training its thread could still hand over: points, and the last good weights where it diverged. */
export class FailedJob extends Error {
  readonly progress: Progress | null;
  readonly learned: Learned | null;
  constructor(cause: Error, progress: Progress | null = null, learned: Learned | null = null) {
    super(cause.message, { cause });
    this.progress = progress;
    this.learned = learned;
  }
}

interface Pending { readonly resolve: (result: unknown) => void; readonly reject: (error: FailedJob) => void; readonly hear: (told: Told) => void }

/** What a job says on its way. */
export type Told = Extract<FromWorker, { kind: "progress" | "saved" | "changed" | "probing" | "advance" }>;

export class Thread {
  /** Dead, or about to be: open another one. */
  isSpent = false;
  readonly #worker: Worker;
  readonly #jobs = new Map<number, Pending>();
  #asked = 0;

  /** heapMb: V8's heap of this thread; typed arrays lie outside. */
  constructor(setup: WorkerSetup, heapMb: number) {
    this.#worker = new Worker(workerFile(import.meta.url), { workerData: setup, resourceLimits: { maxOldGenerationSizeMb: heapMb } });
    this.#worker.on("message", (message: FromWorker) => { this.#hear(message); });
    this.#worker.on("error", (error) => { this.#die(deathOf(error)); });
    this.#worker.on("exit", (code) => { this.#die(new TrainingError("workerDied", `the worker thread ended by itself with code ${code}`, 0, retry)); });
    // A thread without work does not keep the program running.
    this.#worker.unref();
  }

  /** Resolves with the job's result; rejects with FailedJob. */
  ask(job: Job, transfer: readonly Transferable[] = [], hear: (told: Told) => void = () => {}): Promise<unknown> {
    if (this.isSpent) return Promise.reject(new FailedJob(new TrainingError("workerDied", "the worker thread was closed", 0, retry)));
    const number = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#jobs.set(number, { resolve, reject, hear });
      this.#worker.ref();
      this.#worker.postMessage({ ...job, job: number }, transfer);
    });
  }

  async close(): Promise<void> {
    this.isSpent = true;
    await this.#worker.terminate();
  }

  #hear(message: FromWorker): void {
    const pending = this.#jobs.get(message.job);
    if (pending === undefined) return;
    if (message.kind === "progress" || message.kind === "saved" || message.kind === "changed" || message.kind === "probing" || message.kind === "advance") return pending.hear(message);
    this.#jobs.delete(message.job);
    if (this.#jobs.size === 0) this.#worker.unref();
    if (message.kind !== "failed") return pending.resolve(message.result);
    if (message.isSpent) this.isSpent = true;
    pending.reject(new FailedJob(fromWire(message.error), message.progress, message.learned));
  }

  #die(reason: TrainingError): void {
    this.isSpent = true;
    for (const { reject } of this.#jobs.values()) reject(new FailedJob(reason));
    this.#jobs.clear();
  }
}

const retry = "The other runs go on. Start this one again; if it ends so again, take a smaller network.";

function deathOf(error: unknown): TrainingError {
  const { code, message } = error as { code?: string; message: string };
  if (code === "ERR_WORKER_OUT_OF_MEMORY") return new TrainingError("outOfMemory", "the worker thread ran out of memory", 0, "Take a smaller data set, fewer units or a smaller train.batchSize.");
  return new TrainingError("workerDied", `the worker thread died: ${message}`, 0, retry);
}

/** The worker beside this very file: as TypeScript where the source runs, else as it was built. A bundle may have put this module one folder down, in chunks/. */
function workerFile(here: string): URL {
  if (here.endsWith(".ts")) return new URL("./train-worker.ts", here);
  return new URL(here.includes("/chunks/") ? "../train-worker.js" : "./train-worker.js", here);
}
