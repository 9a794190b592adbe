/** A stream that is pulled: it keeps no queue of its own, asks for the next item when the listener is ready, and ends at once when the listener leaves. */

/** What there is for a listener now. */
export type Pulled<T> = { readonly value: T } | "wait" | "end";

/**
 * `pull` is asked for each item, which may take it a while; on "wait" it is asked again after the next wake. `listen` is called at the first pull, with the function that wakes,
 * and returns how to stop listening. What `pull` throws rejects that item and ends the stream. (An async generator would not do: asked to return while it waits, it goes on waiting.)
 */
export function stream<T>(pull: () => Pulled<T> | Promise<{ readonly value: T }>, listen: (wake: () => void) => () => void): AsyncIterableIterator<T> {
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
        const asked = pull();
        // What is there at once is taken at once: between a "wait" and the waiting nothing may happen.
        const pulled = asked instanceof Promise ? await asked : asked;
        if (isOver) return end();
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

/**
 * Work that tells how far it is: its newest word waits for the listener, older ones are forgotten. It begins with the first pull; the stream ends behind the word that
 * `isLast` admits, fails with what the work throws, and calls `leave` when the listener goes.
 */
export function workStream<T>(isLast: (word: T) => boolean, work: (say: (word: T) => void) => Promise<void>, leave: () => void): AsyncIterableIterator<T> {
  let newest: { readonly word: T } | null = null;
  let trouble: { readonly error: unknown } | null = null;
  let isDone = false;
  return stream<T>(() => {
    if (trouble !== null) throw trouble.error;
    if (newest === null) return isDone ? "end" : "wait";
    const { word } = newest;
    newest = null;
    isDone = isLast(word);
    return { value: word };
  }, (wake) => {
    work((word) => { newest = { word }; wake(); }).catch((error: unknown) => { trouble = { error }; wake(); });
    return leave;
  });
}
