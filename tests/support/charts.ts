/** Lines and views for tests of charts: complete, with what a test cares about laid over. */

import type { ChartLine, ChartView } from "../../src-main/contract/chart-view.ts";

/** x counts from 0 where it is not given; one step for each unit of x. */
export function aLine(given: Partial<ChartLine> & { readonly y: Float64Array }): ChartLine {
  const x = given.x ?? Float64Array.from(given.y, (_, i) => i);
  return { id: "a", label: "a", colour: 1, dash: "solid", weight: "line", isSmooth: false, isLive: false, x, steps: x, perEpoch: 1, ...given };
}

/** An axis of 30 epochs, linear in both directions. */
export function aView(lines: readonly ChartLine[], { x, y, ...rest }: Omit<Partial<ChartView>, "x" | "y"> & { readonly x?: Partial<ChartView["x"]>; readonly y?: Partial<ChartView["y"]> } = {}): ChartView {
  return {
    title: "t", caption: "", summary: "", lines, ...rest,
    x: { name: "epoch", min: 0, max: 30, scale: "linear", linearWithin: 1, isWindow: false, ...x }, y: { scale: "linear", linearWithin: 1, unit: "plain", ...y },
  };
}
