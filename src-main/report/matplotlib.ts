/** A chart as a Python program with its points in it, that draws it by matplotlib in a size and in colours fit for a paper. Pure. */

import { hasLegend, isCrowd, legendOf, mainLines } from "../contract/chart-drawing.ts";
import { dashOf, inkOf } from "../contract/chart-inks.ts";
import type { ChartLine, ChartView } from "../contract/chart-view.ts";
import { kept, picked } from "../contract/thin.ts";
import { lightInks as inks } from "./inks.ts";

/** So many numbers are about 180 kB of program; of longer curves every peak is kept. */
const mostNumbers = 20_000;
const leastPoints = 60;

/** A dash's lengths are pixels on a sheet of 760; matplotlib counts in widths of the line. */
const dashUnit = 1.75;

/** `pinned` as for an SVG. What people wrote stands in string literals of JSON's form, which Python reads alike; a $ there is a dollar and begins no formula. */
export function matplotlibOf(view: ChartView, pinned: readonly string[]): string {
  const isGrey = (line: ChartLine): boolean => isCrowd(view) && !pinned.includes(line.id);
  const isDirect = !hasLegend(view);
  const each = Math.max(leastPoints, Math.floor(mostNumbers / view.lines.reduce((sum, { band }) => sum + (band === undefined ? 2 : 4), 0)));
  // Moments become matplotlib's days since 1970.
  const isMoment = view.x.unit === "moment";
  const place = (x: number): string => (isMoment ? number(x / 86_400_000, 12) : number(x));
  const order = isDirect ? mainLines(view) : legendOf(view);
  return [
    `# ${comment(view.title)}${view.caption === "" ? "" : `, ${comment(view.caption)}`}`,
    "# Drawn by matplotlib 3.5 or newer: python FILE.py writes FILE-matplotlib.pdf and .png. The points are those of the chart; long curves are thinned, with every peak kept.",
    "from pathlib import Path",
    "",
    "import matplotlib",
    "",
    `matplotlib.use("Agg")`,
    "import matplotlib.pyplot as plt",
    "from matplotlib.ticker import FuncFormatter",
    "",
    "nan, inf = float(\"nan\"), float(\"inf\")",
    "plt.rcParams.update({",
    `    "font.family": "sans-serif", "font.sans-serif": ["Inter", "Helvetica", "Arial", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "DejaVu Sans"],`,
    `    "font.size": 8, "axes.unicode_minus": True, "pdf.fonttype": 42, "svg.fonttype": "none",`,
    `    "axes.spines.top": False, "axes.spines.right": False, "axes.spines.left": False, "axes.grid": True, "axes.grid.axis": "y", "grid.color": "${inks.grid}", "axes.edgecolor": "${inks.axis}", "lines.solid_joinstyle": "round",`,
    "})",
    "",
    "# Lines differ by dash as well as by colour, for those who see fewer colours.",
    "lines = [",
    ...view.lines.map((line) => entry(thinned(line, each), { colour: isGrey(line) ? inks.crowd : inkOf(inks, line), hasBand: !isCrowd(view), place })),
    "]",
    "",
    // 180 mm, a page's width; one column is about half of it.
    "figure, axes = plt.subplots(figsize=(7.09, 3.2), layout=\"constrained\")",
    "handles = {}",
    "for line in lines:",
    `    handles[line["id"]], = axes.plot(line["x"], line["y"], color=line["color"], alpha=line["alpha"], linewidth=line["width"], linestyle=line["dash"], zorder=line["zorder"])`,
    `    if line["low"]:`,
    `        axes.fill_between(line["x"], line["low"], line["high"], color=line["color"], alpha=${inks.bandOpacity}, linewidth=0)`,
    ...scaleLines("x", view.x.scale, view.x.linearWithin),
    ...scaleLines("y", view.y.scale, view.y.linearWithin),
    `axes.set_xlim(${place(view.x.min)}, ${place(view.x.max)})`,
    ...(view.y.min === undefined || view.y.max === undefined ? [] : [`axes.set_ylim(${number(view.y.min)}, ${number(view.y.max)})`]),
    ...(view.y.unit === "percent" ? [`axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g}"))`] : []),
    ...(isMoment ? ["axes.xaxis_date()"] : []),
    `axes.set_xlabel(${literal(view.x.unit === "seconds" ? `${view.x.name}, s` : view.x.name)})`,
    `axes.set_title(${literal(view.caption === "" ? view.title : `${view.title}, ${view.caption}`)}, loc="left", fontsize=8)`,
    ...(view.events ?? []).map(({ x, tag }) => `axes.axvline(${place(x)}, color="${inks.text}", linewidth=0.7, linestyle=":"); axes.annotate(${literal(tag)}, (${place(x)}, 1), xycoords=("data", "axes fraction"), xytext=(2, -7), textcoords="offset points", fontsize=7, color="${inks.text}")`),
    // A name that begins with an underscore would be left out.
    `names = {${order.map((line) => `${literal(line.id)}: ${literal(line.label.replace(/^_/, " _"))}`).join(", ")}}`,
    `axes.legend([handles[one] for one in names], list(names.values()), frameon=False, fontsize=7${isDirect ? "" : `, loc="upper left", bbox_to_anchor=(0, -0.15), ncols=3`})`,
    "",
    `name = str(Path(__file__).with_suffix("")) + "-matplotlib"`,
    `figure.savefig(name + ".pdf")`,
    `figure.savefig(name + ".png", dpi=300)`,
    "",
  ].join("\n");
}

function thinned(line: ChartLine, most: number): ChartLine {
  const order = kept(line.y, most);
  if (order === null) return line;
  const { band } = line;
  return { ...line, x: picked(line.x, order), y: picked(line.y, order), ...(band === undefined ? {} : { band: { low: picked(band.low, order), high: picked(band.high, order), n: picked(band.n, order) } }) };
}

function entry(line: ChartLine, { colour, hasBand, place }: { readonly colour: string; readonly hasBand: boolean; readonly place: (x: number) => string }): string {
  const isFine = line.weight === "fine", dash = dashOf(inks, line);
  const style = dash.length === 0 ? `"-"` : `(0, (${dash.map((length) => number(length / dashUnit)).join(", ")}))`;
  const band = hasBand ? line.band : undefined;
  return `    dict(id=${literal(line.id)}, color="${colour}", alpha=${isFine ? inks.rawOpacity : 1}, width=${isFine ? 0.6 : 1.2}, dash=${style}, zorder=${isFine ? 2 : 3},\n         x=${list(line.x, place)},\n         y=${list(line.y)},\n         low=${band === undefined ? "[]" : list(band.low)}, high=${band === undefined ? "[]" : list(band.high)}),`;
}

function scaleLines(axis: "x" | "y", scale: ChartView["x"]["scale"], linearWithin: number): string[] {
  if (scale === "linear") return [];
  return [scale === "log" ? `axes.set_${axis}scale("log", nonpositive="mask")` : `axes.set_${axis}scale("symlog", linthresh=${number(linearWithin)})`];
}

/** Seven digits are more than a printer shows. */
const number = (x: number, digits = 7): string => (Number.isNaN(x) ? "nan" : x === Infinity ? "inf" : x === -Infinity ? "-inf" : String(Number(x.toPrecision(digits))));
const list = (of: Float64Array, write: (x: number) => string = number): string => `[${Array.from(of, (x) => write(x)).join(", ")}]`;
const literal = (text: string): string => JSON.stringify(text.replaceAll("$", "\\$").toWellFormed());
/** One line, whatever somebody wrote. */
const comment = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]/gu, " ");
