/** A piece of work in a thread of its own as a stream: how far it is, then what came of it. Leaving the stream ends the thread. */

import type { TaskEvent } from "../contract/examination.ts";
import type { Task } from "../workers/pool.ts";
import { stream } from "./stream.ts";

/** `begin` is called when somebody listens; it may read data first, and begins no task where the listener has left meanwhile. */
export function taskStream<R>(begin: (advance: (done: number, of: number) => void) => Promise<Task<R>>): AsyncIterableIterator<TaskEvent<R>> {
  let task: Task<R> | null = null;
  let isLeft = false, isDone = false;
  let progress: TaskEvent<R> | null = null, result: TaskEvent<R> | null = null;
  let trouble: unknown = null;
  let wake = (): void => {};

  async function work(): Promise<void> {
    try {
      task = await begin((done, of) => { progress = { kind: "progress", done, of }; wake(); });
      if (isLeft) task.cancel();
      result = { kind: "result", result: await task.done };
    } catch (error) {
      trouble = error;
    }
    wake();
  }

  return stream<TaskEvent<R>>(() => {
    if (trouble !== null) throw trouble;
    if (result !== null && !isDone) {
      isDone = true;
      return { value: result };
    }
    if (isDone) return "end";
    const event = progress;
    progress = null;
    return event === null ? "wait" : { value: event };
  }, (wakes) => {
    wake = wakes;
    void work();
    return () => {
      isLeft = true;
      task?.cancel();
    };
  });
}
