/** A piece of work in a thread of its own as a stream: how far it is, then what came of it. Leaving the stream ends the thread. */

import type { TaskEvent } from "../contract/examination.ts";
import type { Task } from "../workers/pool.ts";
import { workStream } from "./stream.ts";

/** `begin` is called when somebody listens; it may read data first, and begins no task where the listener has left meanwhile. */
export function taskStream<R>(begin: (advance: (done: number, of: number) => void) => Promise<Task<R>>): AsyncIterableIterator<TaskEvent<R>> {
  let task: Task<R> | null = null;
  let isLeft = false;
  return workStream<TaskEvent<R>>(({ kind }) => kind === "result", async (say) => {
    task = await begin((done, of) => { say({ kind: "progress", done, of }); });
    if (isLeft) task.cancel();
    say({ kind: "result", result: await task.done });
  }, () => {
    isLeft = true;
    task?.cancel();
  });
}
