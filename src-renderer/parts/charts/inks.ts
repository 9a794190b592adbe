/** The tokens a canvas needs, read from CSS: a canvas knows no custom properties. */

export interface Inks {
  readonly line: (colour: number) => string;
  /** The dash that belongs to a colour's number. */
  readonly dash: (colour: number) => readonly number[];
  readonly grid: string;
  readonly axis: string;
  readonly text: string;
  readonly bad: string;
  readonly paper: string;
  readonly rawOpacity: number;
  readonly lineWidth: number;
  readonly fineWidth: number;
  readonly fontFamily: string;
  readonly fontSize: number;
}

/** Colours are numbered from 1 and given for life; beyond twelve they come round again. */
const token = (colour: number): number => ((Math.max(1, Math.round(colour)) - 1) % 12) + 1;

/** The custom property of a run's colour, for style directives. */
export const colourToken = (colour: number): string => `var(--chart-${token(colour)})`;

export function readInks(root: Element): Inks {
  const style = getComputedStyle(root);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  const dashOf = (n: number): number[] => (read(`--dash-${n}`) === "none" ? [] : read(`--dash-${n}`).split(/\s+/).map(Number));
  return {
    line: (colour) => read(`--chart-${token(colour)}`),
    // A colour's second time round takes the next number's dash, so that the two still differ.
    dash: (colour) => dashOf(token(colour + Math.floor((Math.max(1, colour) - 1) / 12))),
    grid: read("--chart-grid"),
    axis: read("--chart-axis"),
    text: read("--ink-3"),
    bad: read("--bad-mark"),
    paper: read("--paper-1"),
    rawOpacity: Number(read("--chart-raw")),
    lineWidth: Number.parseFloat(read("--chart-line")),
    fineWidth: Number.parseFloat(read("--chart-line-fine")),
    fontFamily: read("--font-ui"),
    fontSize: Number.parseFloat(read("--text-micro")),
  };
}
