/** What listeners of the workbench are told, and how often. */

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Run, WorkbenchEvent } from "../../src-main/contract/nouns.ts";
import { changes } from "../../src-main/service/changes.ts";

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

const run = (id: string, step: number, state: Run["state"] = "running"): Run => ({ id, step, state } as Run);

/** All that a listener hears, as it comes. */
function heard(news: ReturnType<typeof changes>): WorkbenchEvent[] {
  const events: WorkbenchEvent[] = [];
  void (async () => { for await (const event of news.watch()) events.push(event); })();
  return events;
}

const steps = (events: readonly WorkbenchEvent[]): readonly unknown[] => events.flatMap((event) => (event.kind === "run" ? [[event.run.id, event.run.step]] : []));

it("tells how far runs have come twice a second, each with its newest word, and what became of one at once and never anything older after it", async () => {
  const news = changes({ experiments: () => [], activity: () => ({ training: 0, queued: 0, paused: 0, workers: 1, storeBytes: 0, held: null }), run: () => null });
  const events = heard(news);
  await vi.advanceTimersByTimeAsync(0);
  for (let step = 1; step <= 30; step++) {
    news.progress(run("r-1", step));
    news.progress(run("r-2", 10 * step));
    await vi.advanceTimersByTimeAsync(100);
  }
  // Three seconds, and a word each 500 ms after the first that waits: reports 5, 10 … of each run.
  expect(steps(events)).toEqual([5, 10, 15, 20, 25, 30].flatMap((step) => [["r-1", step], ["r-2", 10 * step]]));
  news.progress(run("r-1", 31));
  news.run(run("r-1", 32, "finished"));
  await vi.advanceTimersByTimeAsync(1000);
  expect(steps(events).slice(12)).toEqual([["r-1", 32]]);
  news.close();
});

it("of many runs tells what they are when the listener's turn comes, and leaves out those that are gone", async () => {
  const step = 7;
  const news = changes({ experiments: () => [], activity: () => ({ training: 0, queued: 0, paused: 0, workers: 1, storeBytes: 0, held: null }), run: (id) => (id === "r-2" ? null : run(id, step)) });
  const events = heard(news);
  await vi.advanceTimersByTimeAsync(0);
  news.runs(["r-1", "r-2", "r-3"]);
  await vi.advanceTimersByTimeAsync(0);
  expect(steps(events)).toEqual([["r-1", 7], ["r-3", 7]]);
  news.close();
});
