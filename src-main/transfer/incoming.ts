/** A capsule on its way in, on a thread of its own: looked through, or taken in. Left, it stops before the project changes, or not at all. */

import type { CapsuleFound } from "../contract/capsules.ts";
import type { ImportOutcome } from "../contract/imports.ts";
import { openThread, type Heard } from "./thread.ts";

export interface Incoming<R> { readonly done: Promise<R>; cancel(): void }
interface Given { readonly file: string; readonly name: string; readonly bytes: Uint8Array }

/** Writes nothing. Rejects with SpecError. */
export const lookThrough = (given: Given, advance: (done: number, of: number) => void): Incoming<CapsuleFound> => incoming(given, false, advance, (word) => (word.kind === "found" ? word.found : null));

/** Everything or nothing. Rejects with SpecError or StoreError. */
export const takeIn = (given: Given, advance: (done: number, of: number) => void): Incoming<ImportOutcome> => incoming(given, true, advance, (word) => (word.kind === "taken" ? word.outcome : null));

function incoming<R>(given: Given, isTaken: boolean, advance: (done: number, of: number) => void, resultOf: (word: Heard) => R | null): Incoming<R> {
  const word = new Int32Array(new SharedArrayBuffer(4));
  const { promise, resolve, reject } = Promise.withResolvers<R>();
  const thread = openThread({ job: "import", ...given, isTaken, word }, (told) => {
    const result = resultOf(told);
    if (result !== null) resolve(result);
    else if (told.kind === "progress") advance(told.done, told.of);
  }, reject);
  return { done: promise.finally(() => { thread.close(); }), cancel() { Atomics.store(word, 0, 1); } };
}
