/** When each run of a queue begins and ends, from how long each will take: the queue played through beforehand. Pure. */

import type { Forecast, RunId } from "../contract/nouns.ts";

/** A run that trains or waits: its memory, and how long it still trains; null where nobody can tell. */
export interface Expected { readonly id: RunId; readonly memoryBytes: number; readonly remainingMs: number | null }

/** How many may train side by side, and the bytes they may take together. */
export interface Room { readonly places: number; readonly memoryBytes: number }

/** Whether a run may begin beside those that train. One that nothing trains beside always may: it is tried, and says so itself where the memory cannot be had. */
export const fitsBeside = (training: readonly { readonly memoryBytes: number }[], { memoryBytes }: { readonly memoryBytes: number }, room: Room): boolean =>
  training.length === 0 || (training.length < room.places && training.reduce((sum, one) => sum + one.memoryBytes, memoryBytes) <= room.memoryBytes);

/**
 * Each run's forecast, and in how long the last one ends. Waiting runs begin in their order, each as soon as there is a place and memory for it. From the first run on
 * whose time nobody knows, nothing is said of those that come after it.
 */
export function forecast(training: readonly Expected[], waiting: readonly Expected[], room: Room): { readonly each: Readonly<Record<RunId, Forecast>>; readonly remainingMs: number | null } {
  const each: Record<RunId, Forecast> = {};
  const under: (Expected & { readonly ends: number | null })[] = [];
  let now: number | null = 0;
  const begin = (one: Expected): void => {
    const ends = now === null || one.remainingMs === null ? null : now + one.remainingMs;
    each[one.id] = { memoryBytes: one.memoryBytes, beginsInMs: now, endsInMs: ends };
    under.push({ ...one, ends });
  };
  training.forEach(begin);
  for (const one of waiting) {
    while (!fitsBeside(under, one, room)) {
      // One whose end nobody knows may be the one that makes room, or the last to.
      if (under.some(({ ends }) => ends === null)) now = null;
      const first = under.reduce((least, other, i) => ((other.ends ?? Infinity) < (under[least]!.ends ?? Infinity) ? i : least), 0);
      if (now !== null) now = Math.max(now, under[first]!.ends!);
      under.splice(first, 1);
    }
    begin(one);
  }
  const ends = Object.values(each).map(({ endsInMs }) => endsInMs);
  return { each, remainingMs: ends.length === 0 || ends.includes(null) ? null : Math.max(...(ends as number[])) };
}
