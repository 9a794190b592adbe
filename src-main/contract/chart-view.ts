/** What a figure shows, before anyone paints it: the screen and the report paint the same view, and neither computes. */

/** One line: its points, whose it is, which split it tells of. */
export interface ChartLine {
  /** Unique in the figure. */
  readonly id: string;
  /** What stands at the line's end and in the tooltip. */
  readonly label: string;
  /** The run's colour number, from 1; the painter turns it into a token. */
  readonly colour: number;
  /** `solid` training, `dashed` validation, `dotted` test; `own` takes the dash that belongs to the colour. */
  readonly dash: "solid" | "dashed" | "dotted" | "own";
  /** `fine` for raw series behind others. */
  readonly weight: "line" | "fine";
  readonly x: Float64Array;
  /** May hold NaN and ±Infinity: drawn as marks at the edge, never as zero. */
  readonly y: Float64Array;
  /** Still growing: a dot marks the newest point. */
  readonly isLive: boolean;
}

export interface ChartView {
  readonly title: string;
  /** Unit and kind of axis: `nats, log axis`. */
  readonly caption: string;
  /** What the figure shows, in a sentence, for those who cannot see it. */
  readonly summary: string;
  readonly x: { readonly name: string; readonly min: number; readonly max: number };
  readonly y: { readonly scale: "linear" | "log"; readonly unit: "plain" | "percent"; readonly min?: number; readonly max?: number };
  readonly lines: readonly ChartLine[];
}
