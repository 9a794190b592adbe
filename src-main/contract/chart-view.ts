/** What a figure shows, before anyone paints it: the screen and the report paint the same view, and neither computes. */

/** One line: its points, whose it is, which split it tells of. */
export interface ChartLine {
  /** Unique in the figure. */
  readonly id: string;
  /** What stands at the line's end and in the tooltip. */
  readonly label: string;
  /** The run's colour number, from 1; the painter turns it into a token. */
  readonly colour: number;
  /** `solid` training, `dashed` validation, `dotted` test; a number from 1 takes the pattern of that number. */
  readonly dash: "solid" | "dashed" | "dotted" | number;
  /** `fine` for what stands behind others: the raw series behind its smoothed self, single steps behind epochs. */
  readonly weight: "line" | "fine";
  /** An average of another line's points: its values are not counted again as marks at the edge. */
  readonly isSmooth: boolean;
  readonly x: Float64Array;
  /** May hold NaN and ±Infinity: drawn as marks at the edge, never as zero. */
  readonly y: Float64Array;
  /** The step at which each point stands, whatever x is. */
  readonly steps: Float64Array;
  /** Steps of one epoch of this line's run. */
  readonly perEpoch: number;
  /** A mean with its 95 % interval, and of how many runs each is; low and high are NaN where there are fewer than two. */
  readonly band?: { readonly low: Float64Array; readonly high: Float64Array; readonly n: Float64Array };
  /** Still growing: a dot marks the newest point. */
  readonly isLive: boolean;
  /** Points up to this step are those of the run it branched from: drawn faint, for they are shared. */
  readonly sharedTo?: number;
}

/** Something that was done to a run: a dotted line at `x`, with a short `tag` at its top; `text` tells it whole. */
export interface ChartEvent { readonly kind: "fork" | "change" | "resume"; readonly x: number; readonly step: number; readonly tag: string; readonly text: string }

/** `log` has no place for what is not above zero; `symlog` is linear between −`linearWithin` and `linearWithin`, logarithmic beyond. */
export type Scale = "linear" | "log" | "symlog";

/** What a chart can be written as: as drawn, or as a program that draws it. */
export const chartFormats = ["svg", "pdf", "py"] as const;
export type ChartFormat = (typeof chartFormats)[number];

export interface ChartView {
  readonly title: string;
  /** Unit and kind of axis: `nats, log axis`. */
  readonly caption: string;
  /** What the figure shows, in a sentence, for those who cannot see it. */
  readonly summary: string;
  /** `isWindow`: a part that was zoomed to, not the whole. `linearWithin` matters for symlog only. `unit`: what is no plain number is seconds, or a moment in milliseconds since 1970. */
  readonly x: { readonly name: string; readonly min: number; readonly max: number; readonly scale: Scale; readonly linearWithin: number; readonly isWindow: boolean; readonly unit?: "seconds" | "moment" };
  readonly y: { readonly scale: Scale; readonly linearWithin: number; readonly unit: "plain" | "percent"; readonly min?: number; readonly max?: number };
  readonly lines: readonly ChartLine[];
  readonly events?: readonly ChartEvent[];
}
