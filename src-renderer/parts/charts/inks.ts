/** The tokens a canvas needs, read from CSS: a canvas knows no custom properties. */

import { tokenOf, type Inks } from "../../../src-main/contract/chart-inks.ts";

/** The custom property of a run's colour, for style directives. */
export const colourToken = (colour: number): string => `var(--chart-${tokenOf(colour)})`;

const tokens = Array.from({ length: 12 }, (_, i) => i + 1);

export function readInks(root: Element): Inks {
  const style = getComputedStyle(root);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    colours: tokens.map((n) => read(`--chart-${n}`)),
    dashes: tokens.map((n) => (read(`--dash-${n}`) === "none" ? [] : read(`--dash-${n}`).split(/\s+/).map(Number))),
    grid: read("--chart-grid"),
    axis: read("--chart-axis"),
    text: read("--ink-3"),
    ink: read("--ink-1"),
    bad: read("--bad-mark"),
    paper: read("--paper-1"),
    crowd: read("--ink-4"),
    rawOpacity: Number(read("--chart-raw")),
    bandOpacity: Number(read("--chart-band")),
    lineWidth: Number.parseFloat(read("--chart-line")),
    fineWidth: Number.parseFloat(read("--chart-line-fine")),
    fontFamily: read("--font-ui"),
    fontSize: Number.parseFloat(read("--text-micro")),
  };
}
