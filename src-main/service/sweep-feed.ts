/** What happens to each sweep, for whoever listens: a snapshot, then what changed since. A listener that lags gets fewer, larger events, never a longer queue. */

import type { SweepEvent, SweepId } from "../contract/sweeps.ts";
import { stream } from "./stream.ts";

/** A listener hears at most so often, in milliseconds. */
const apartMs = 200;

export interface SweepFeed {
  /** The sweep, or these trials of it, changed. */
  touch(id: SweepId, trials: readonly number[]): void;
  watch(id: SweepId, since: number): AsyncIterable<SweepEvent>;
  /** Ends every stream. */
  close(): void;
}

interface Listener { readonly trials: Set<number>; isDue: boolean; wake: () => void }

/** `read`: an event with the trials that changed after `since` and those named. */
export function sweepFeed(read: (id: SweepId, since: number, trials: ReadonlySet<number>) => Omit<SweepEvent, "kind">): SweepFeed {
  const listeners = new Map<SweepId, Set<Listener>>();
  let isClosed = false;

  return {
    touch(id, trials) {
      for (const listener of listeners.get(id) ?? []) {
        for (const trial of trials) listener.trials.add(trial);
        listener.isDue = true;
        listener.wake();
      }
    },
    watch(id, since) {
      const listener: Listener = { trials: new Set(), isDue: true, wake: () => {} };
      let at = since;
      let isFirst = true;
      let timer: NodeJS.Timeout | null = null;
      return stream<SweepEvent>(() => {
        if (isClosed) return "end";
        if (!listener.isDue || timer !== null) return "wait";
        const event = read(id, at, listener.trials);
        listener.isDue = false;
        listener.trials.clear();
        at = event.seq;
        timer = setTimeout(() => { timer = null; listener.wake(); }, apartMs);
        const kind = isFirst ? "snapshot" : "changed";
        isFirst = false;
        return { value: { kind, ...event } };
      }, (wake) => {
        listener.wake = wake;
        const all = listeners.get(id) ?? new Set();
        listeners.set(id, all.add(listener));
        return () => {
          if (timer !== null) clearTimeout(timer);
          all.delete(listener);
          if (all.size === 0) listeners.delete(id);
        };
      });
    },
    close() {
      isClosed = true;
      for (const all of listeners.values()) for (const { wake } of [...all]) wake();
    },
  };
}
