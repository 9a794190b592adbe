/** The colours and widths a chart is painted with. On the screen they are read from the style sheet, in a report they are the light theme's. Knows no view's meaning. */

import type { ChartLine } from "./chart-view.ts";

export interface Inks {
  /** Of the categorical colours `--chart-1` to `--chart-12`, by token number. */
  readonly colours: readonly string[];
  /** The dash patterns `--dash-1` to `--dash-12`. */
  readonly dashes: readonly (readonly number[])[];
  readonly grid: string;
  readonly axis: string;
  readonly text: string;
  readonly ink: string;
  readonly bad: string;
  readonly paper: string;
  /** A line that is one of too many to tell by colour. */
  readonly crowd: string;
  readonly rawOpacity: number;
  /** Of the interval around a mean. */
  readonly bandOpacity: number;
  readonly lineWidth: number;
  readonly fineWidth: number;
  readonly fontFamily: string;
  readonly fontSize: number;
}

/** Numbers are given from 1 and for life; beyond twelve the tokens come round again. */
export const tokenOf = (n: number): number => ((Math.max(1, Math.round(n)) - 1) % 12) + 1;

/**
 * The dash pattern of a run in a chart of many: by its own number, so that the seeds of one group, which share a colour, still differ; a colour's next time
 * round takes the next pattern. The n-th run of a project whose groups are single runs has the pattern of its colour.
 */
export function dashOfRun(run: { readonly id: string; readonly colour: number }): number {
  const number = Number(/\d+$/.exec(run.id)?.[0] ?? run.colour);
  return number + Math.floor((Math.max(1, run.colour) - 1) / 12);
}

export const inkOf = (inks: Inks, line: ChartLine): string => inks.colours[tokenOf(line.colour) - 1]!;

export function dashOf(inks: Inks, { dash }: ChartLine): readonly number[] {
  switch (dash) {
    case "solid": return [];
    case "dashed": return [7, 3];
    case "dotted": return [2, 2.5];
    default: return inks.dashes[tokenOf(dash) - 1]!;
  }
}
