/** A ChartView on a canvas, by Chart.js with only the parts it needs. Draws lines, ends, marks; decides no data. */

import { Chart, LinearScale, LineController, LineElement, LogarithmicScale, PointElement, type ChartDataset, type Plugin } from "chart.js";
import type { ChartLine, ChartView } from "../../../src-main/contract/chart-view.ts";
import { thin } from "../../../src-main/contract/thin.ts";
import { count, figure, percent } from "../numbers.ts";
import type { Inks } from "./inks.ts";
import { spread } from "./labels.ts";
import { linearTicks, logTicks, spanOf } from "./ticks.ts";

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale);

export interface Layout { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }
type Dataset = ChartDataset<"line", { x: number; y: number }[]>;

/** Beside a line's end, the value with as many digits as a glance can use. */
export const endValue = (view: ChartView, value: number): string => (view.y.unit === "percent" ? percent(value, 1) : figure(value));
export const tickText = (view: ChartView, value: number): string => (view.y.unit === "percent" ? percent(value, Number.isInteger(Number((value * 100).toPrecision(10))) ? 0 : 1) : Number(value.toPrecision(10)) === 0 ? "0" : shortTick(value));

function shortTick(value: number): string {
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) return figure(value);
  return Number.isInteger(value) && size >= 1000 ? count(value).replace("-", "−") : String(Number(value.toPrecision(6))).replace("-", "−");
}

/** Room between a line's end and its label, and between labels. */
const labelGap = 8;
const labelPitch = 14.5;
/** Share of the figure's width that a name may take. */
const longestLabel = 0.18;

export class Painter {
  readonly #chart: Chart<"line", { x: number; y: number }[]>;
  readonly #onLayout: (layout: Layout) => void;
  #view: ChartView;
  #inks: Inks;

  constructor(canvas: HTMLCanvasElement, view: ChartView, inks: Inks, onLayout: (layout: Layout) => void) {
    this.#view = view;
    this.#inks = inks;
    this.#onLayout = onLayout;
    this.#chart = new Chart(canvas, {
      type: "line",
      data: { datasets: [] },
      plugins: [this.#marks()],
      options: { animation: false, parsing: false, normalized: true, responsive: true, maintainAspectRatio: false, events: [], layout: { padding: { top: 8, left: 2, bottom: 0, right: 0 } } },
    });
    // Chart.js measures again when its box changes; what was thinned to the old width is thinned to the new.
    this.#chart.options.onResize = () => { queueMicrotask(() => { this.paint(this.#view, this.#inks); }); };
    this.paint(view, inks);
  }

  paint(view: ChartView, inks: Inks): void {
    if (this.#chart.canvas === null) return;
    this.#view = view;
    this.#inks = inks;
    const width = Math.max(200, Math.round(this.#chart.width));
    this.#chart.data.datasets = view.lines.map((line) => this.#dataset(line, width));
    this.#chart.options.scales = this.#scales();
    const padding = this.#chart.options.layout!.padding as { right: number };
    padding.right = this.#labelWidth() + labelGap + 4;
    this.#chart.update("none");
    const { left, right, top, bottom } = this.#chart.chartArea;
    this.#onLayout({ left, right, top, bottom });
  }

  resize(): void { this.#chart.resize(); }
  destroy(): void { this.#chart.destroy(); }

  #dataset(line: ChartLine, width: number): Dataset {
    const { steps, values } = thin(line.x, line.y, width);
    const isLog = this.#view.y.scale === "log";
    const data = Array.from(values, (value, i) => ({ x: steps[i]!, y: Number.isFinite(value) && (!isLog || value > 0) ? value : NaN }));
    const colour = this.#inks.line(line.colour);
    const dash = { solid: [], dashed: [7, 3], dotted: [2, 2.5], own: [...this.#inks.dash(line.colour)] }[line.dash];
    const isFine = line.weight === "fine";
    return {
      data, borderColor: isFine ? faded(colour, this.#inks.rawOpacity) : colour, borderWidth: isFine ? this.#inks.fineWidth : this.#inks.lineWidth,
      borderDash: dash, pointRadius: 0, pointHitRadius: 0, borderJoinStyle: "round", borderCapStyle: dash.length === 0 ? "round" : "butt", spanGaps: false,
      // Half a line's width, so that 100 % is not cut in half at the top edge.
      clip: { left: 2, top: 2, right: 2, bottom: 0 }, order: isFine ? 2 : 1,
    };
  }

  #scales() {
    const { x, y } = this.#view;
    const { grid, axis, text, fontFamily, fontSize } = this.#inks;
    const span = spanOf(this.#view);
    const font = { family: fontFamily, size: fontSize };
    const marks = (values: readonly number[]) => (scale: { ticks: { value: number }[] }) => { scale.ticks = values.map((value) => ({ value })); };
    return {
      x: {
        type: "linear" as const, min: x.min, max: x.max, grid: { display: false }, border: { color: axis },
        ticks: { color: text, font, padding: 4, autoSkip: false, maxRotation: 0, callback: (value: number | string) => shortTick(Number(value)) },
        afterBuildTicks: marks(linearTicks(x, 6)),
      },
      y: {
        type: y.scale === "log" ? ("logarithmic" as const) : ("linear" as const), min: span.min, max: span.max, grid: { color: grid, drawTicks: false }, border: { display: false },
        ticks: { color: text, font, padding: 8, autoSkip: false, callback: (value: number | string) => tickText(this.#view, Number(value)) },
        afterBuildTicks: marks(y.scale === "log" ? logTicks(span) : linearTicks(span, 6)),
      },
    };
  }

  #ends(): { line: ChartLine; text: string; x: number; y: number; hasDot: boolean }[] {
    return this.#view.lines.filter((line) => line.weight === "line" && line.label !== "").flatMap((line) => {
      let i = line.y.length - 1;
      while (i >= 0 && !Number.isFinite(line.y[i]!)) i--;
      if (i < 0) return [];
      const value = endValue(this.#view, line.y[i]!);
      return [{ line, text: `${this.#fitted(line.label)}\u2002${value}`, x: line.x[i]!, y: line.y[i]!, hasDot: line.isLive || i === 0 }];
    });
  }

  /** A name too long for the margin ends in an ellipsis; the table and the readout say it whole. */
  #fitted(label: string): string {
    const { ctx } = this.#chart;
    const room = Math.max(90, this.#chart.width * longestLabel);
    ctx.font = this.#labelFont();
    if (ctx.measureText(label).width <= room) return label;
    let end = label.length - 1;
    while (end > 4 && ctx.measureText(`${label.slice(0, end)}…`).width > room) end--;
    return `${label.slice(0, end).trimEnd()}…`;
  }

  #labelWidth(): number {
    const { ctx } = this.#chart;
    ctx.font = this.#labelFont();
    const name = ctx.measureText(this.#view.x.name).width + this.#nameLeft(0);
    return Math.ceil(Math.max(name, ...this.#ends().map(({ text }) => ctx.measureText(text).width)));
  }

  /** The name of x stands after the last tick's text. */
  #nameLeft(right: number): number {
    const { ctx } = this.#chart;
    const { x } = this.#view;
    const last = linearTicks(x, 6).at(-1) ?? x.max;
    const overhang = last === x.max ? ctx.measureText(shortTick(last)).width / 2 : 0;
    return right + overhang + 6;
  }

  #labelFont(): string { return `500 ${this.#inks.fontSize}px ${this.#inks.fontFamily}`; }

  /** What Chart.js has no word for: the dot of a living line, labels at the ends, values that are no numbers, the name of x. */
  #marks(): Plugin<"line"> {
    return {
      id: "marks",
      afterDatasetsDraw: ({ ctx, chartArea, scales }) => {
        const { x, y } = scales;
        if (x === undefined || y === undefined) return;
        ctx.save();
        this.#drawOdd(ctx, chartArea, (value) => x.getPixelForValue(value));
        const ends = this.#ends().map((end) => ({ ...end, left: Math.min(x.getPixelForValue(end.x), chartArea.right), top: clamp(y.getPixelForValue(end.y), chartArea.top, chartArea.bottom) }));
        const places = spread(ends.map((end) => end.top), labelPitch, chartArea.top, chartArea.bottom - 8);
        ctx.font = this.#labelFont();
        ctx.textBaseline = "middle";
        ends.forEach((end, i) => {
          ctx.fillStyle = this.#inks.line(end.line.colour);
          if (end.hasDot) { ctx.beginPath(); ctx.arc(end.left, end.top, 3.5, 0, 2 * Math.PI); ctx.fill(); }
          ctx.fillText(end.text, end.left + labelGap, places[i]!);
        });
        ctx.font = `${this.#inks.fontSize}px ${this.#inks.fontFamily}`;
        ctx.fillStyle = this.#inks.text;
        ctx.textBaseline = "top";
        ctx.fillText(this.#view.x.name, this.#nameLeft(chartArea.right), chartArea.bottom + 13);
        ctx.restore();
      },
    };
  }

  /** A ✕ where a line leaves the numbers: at the bottom for NaN and −∞, at the top for ∞. One for each line and edge, at its first such place. */
  #drawOdd(ctx: CanvasRenderingContext2D, area: Layout, left: (x: number) => number): void {
    ctx.strokeStyle = this.#inks.bad;
    ctx.lineWidth = 1.5;
    for (const line of this.#view.lines) {
      const seen = new Set<number>();
      for (let i = 0; i < line.y.length; i++) {
        const value = line.y[i]!;
        if (Number.isFinite(value)) continue;
        const edge = value === Infinity ? area.top + 5 : area.bottom - 5;
        if (seen.has(edge)) continue;
        seen.add(edge);
        const at = clamp(left(line.x[i]!), area.left, area.right);
        ctx.beginPath();
        ctx.moveTo(at - 3.5, edge - 3.5); ctx.lineTo(at + 3.5, edge + 3.5);
        ctx.moveTo(at + 3.5, edge - 3.5); ctx.lineTo(at - 3.5, edge + 3.5);
        ctx.stroke();
      }
    }
  }
}

const clamp = (value: number, from: number, to: number): number => Math.min(Math.max(value, from), to);

/** `#rrggbb` with an opacity, as `#rrggbbaa`. */
const faded = (colour: string, opacity: number): string => `${colour}${Math.round(opacity * 255).toString(16).padStart(2, "0")}`;
