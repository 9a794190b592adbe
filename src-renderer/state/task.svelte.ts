/** A piece of work that the workbench does in a thread of its own, as a page sees it: how far it is, what came of it. Asked anew, or left, the earlier one ends. */

import type { TaskEvent } from "../../src-main/contract/examination.ts";

export class TaskRun<R> {
  phase = $state<"idle" | "working" | "done" | "failed" | "cancelled">("idle");
  /** Null where nobody can tell how far it is. */
  progress = $state.raw<{ readonly done: number; readonly of: number } | null>(null);
  /** The newest one; an earlier result stays while the next is awaited. */
  result = $state.raw<R | null>(null);
  failure = $state.raw<Error | null>(null);
  #stream: AsyncIterator<TaskEvent<R>> | null = null;

  /** `isQuiet`: the result that stands is only brought up to date, and stays as it is until the next one is there. */
  async follow(events: AsyncIterable<TaskEvent<R>>, isQuiet = false): Promise<void> {
    this.leave();
    const stream = events[Symbol.asyncIterator]();
    this.#stream = stream;
    const isNewest = (): boolean => this.#stream === stream;
    this.phase = isQuiet && this.result !== null ? "done" : "working";
    this.progress = null;
    this.failure = null;
    try {
      for (let item = await stream.next(); item.done !== true; item = await stream.next()) {
        if (!isNewest()) return;
        if (item.value.kind === "progress") this.progress = item.value;
        else {
          this.#stream = null;
          this.result = item.value.result;
          this.phase = "done";
          return;
        }
      }
    } catch (error) {
      if (!isNewest()) return;
      this.#stream = null;
      this.failure = error as Error;
      this.phase = "failed";
    }
  }

  /** Ends the thread; what it had found is lost. */
  cancel(): void {
    this.leave();
    if (this.phase === "working") this.phase = "cancelled";
  }

  get isUnderWay(): boolean { return this.#stream !== null; }

  leave(): void {
    void this.#stream?.return?.();
    this.#stream = null;
  }
}

/** Whether a state of step `newest` is later than the one the result is of, and nothing is under way that would find it. */
export function isBehind(task: TaskRun<{ readonly step: number }>, newest: number | null): boolean {
  const { result, phase } = task;
  return newest !== null && result !== null && phase === "done" && newest > result.step && !task.isUnderWay;
}
