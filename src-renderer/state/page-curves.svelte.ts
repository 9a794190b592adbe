/** Keeps a page's curves as its reader wants them: asks again when the smoothing, the window or the runs change. Call it while a component is made. */

import { untrack } from "svelte";
import type { Span } from "../../src-main/contract/chart-scale.ts";
import type { Run, Series } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { Pacer } from "../parts/charts/pacer.ts";
import { isPlanAxis, stepOf, stepsWithin, type XKind } from "../../src-main/contract/x-axis.ts";
import { Curves, type StepWindow } from "./curves.svelte.ts";
import type { Reading } from "./reading.svelte.ts";

/** What is shown now; each is read anew whenever it changes. `version` grows with every new point; `onX` is a run's own curve that stands on x, where it has one. */
export interface PageOfCurves {
  readonly runs: () => readonly Run[];
  readonly metrics: () => readonly string[];
  /** Null while the whole is shown, and while a window slides along: what is at hand is fine enough for that. */
  readonly window: () => Span | null;
  readonly version: () => unknown;
  readonly onX: (run: Run) => Points | undefined;
}
type Points = Pick<Series, "steps" | "values">;

/** Between two questions about a live run, at least. */
const restMs = 300;

export function pageCurves(workbench: Workbench, reading: Reading, page: PageOfCurves): Curves {
  const curves = new Curves(workbench);
  const later = (run: () => void, ms: number) => { const timer = setTimeout(run, ms); return () => { clearTimeout(timer); }; };
  const look = (): void => {
    const window = page.window();
    void curves.look(window, window === null ? [] : page.runs().flatMap((run) => stepsIn(run, reading.x, window, page.onX(run))), page.metrics(), reading.smoothing);
  };
  const grow = new Pacer(() => void curves.grew(), restMs, () => performance.now(), later);
  const again = new Pacer(look, restMs, () => performance.now(), later);
  const asked = $derived(`${page.runs().map(({ id }) => id).join()} ${page.metrics().join()}`);

  $effect(() => {
    void asked;
    const { smoothing } = reading;
    untrack(() => void curves.smoothBy(smoothing === null ? null : { runIds: page.runs().map(({ id }) => id), metrics: page.metrics(), smoothing }));
  });
  $effect(() => {
    void [asked, reading.smoothing, page.window()];
    untrack(look);
  });
  $effect(() => {
    void page.version();
    untrack(() => {
      if (reading.smoothing !== null) grow.ask();
      if (page.window() !== null) again.ask();
    });
  });
  $effect(() => () => { grow.stop(); again.stop(); });
  return curves;
}

/** The steps whose places lie in a window, with a step to spare on either side: the axis may put a step between two numbers. Along a metric no stretch of steps lies together: none. */
export function stepsIn(run: Run, kind: XKind, window: Span, onX?: Points): StepWindow[] {
  if (isPlanAxis(kind)) {
    const back = stepOf(run, kind);
    return [{ runId: run.id, from: Math.max(0, Math.floor(back(Math.max(0, window.min))) - 1), to: Math.max(0, Math.ceil(back(window.max)) + 2) }];
  }
  if (onX === undefined || (kind !== "time" && kind !== "wall")) return [];
  const { from, to } = stepsWithin(onX, window);
  return [{ runId: run.id, from, to: Math.min(to, run.steps + 1) }];
}
