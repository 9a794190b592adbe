/** A stream that is pulled: it keeps no queue of its own, asks for the next item when the listener is ready, and ends at once when the listener leaves. */

/** What there is for a listener now. */
export type Pulled<T> = { readonly value: T } | "wait" | "end";

/**
 * `pull` is asked for each item; on "wait" it is asked again after the next wake. `listen` is called at the first pull, with the function that wakes,
 * and returns how to stop listening. What `pull` throws rejects that item and ends the stream. (An async generator would not do: asked to return while it waits, it goes on waiting.)
 */
export function stream<T>(pull: () => Pulled<T>, listen: (wake: () => void) => () => void): AsyncIterableIterator<T> {
  let leave: (() => void) | null = null;
  let isOver = false;
  let wake: () => void = () => {};

  function end(): IteratorResult<T> {
    isOver = true;
    leave?.();
    wake();
    return { done: true, value: undefined };
  }

  async function next(): Promise<IteratorResult<T>> {
    if (isOver) return end();
    leave ??= listen(() => { wake(); });
    try {
      for (;;) {
        const pulled = pull();
        if (pulled === "end") return end();
        if (pulled !== "wait") return { done: false, value: pulled.value };
        await new Promise<void>((resolve) => { wake = resolve; });
        if (isOver) return end();
      }
    } catch (error) {
      end();
      throw error;
    }
  }

  return { next, return: () => Promise.resolve(end()), [Symbol.asyncIterator]() { return this; } };
}
