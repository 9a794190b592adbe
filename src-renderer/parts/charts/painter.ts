/**
 * A ChartView on a canvas. Chart.js lays out and draws the axes; the lines are drawn here, straight from their columns, because it would make an object for each
 * of their points. What is pointed at or pinned lies on a second canvas in front, so that pointing never draws the rest again.
 */

import { Chart, LinearScale, LineController, type Plugin } from "chart.js";
import { bandOf, edgeMarks, endLabels, fitted, isCrowd, labelGap, nameOffset, nameShare, outlinesOf, pathOf, rightRoom, stageOf, tickText, xText } from "../../../src-main/contract/chart-drawing.ts";
import type { Area, EdgeMark, Stage } from "../../../src-main/contract/chart-drawing.ts";
import { eventDash, eventMarks, eventRow, partsOf, sharedOpacity } from "../../../src-main/contract/chart-events.ts";
import { dashOf, inkOf, type Inks } from "../../../src-main/contract/chart-inks.ts";
import { placer } from "../../../src-main/contract/chart-scale.ts";
import type { ChartLine, ChartView } from "../../../src-main/contract/chart-view.ts";
import { count } from "../numbers.ts";

Chart.register(LineController, LinearScale);

/** Pixels across that one stretch of a line among many takes: eyes cannot follow finer ones there. */
const crowdPitch = 4;

export interface Canvases { readonly base: HTMLCanvasElement; readonly front: HTMLCanvasElement }
/** For a picture of its own: so large, with so many device pixels to each. */
export interface Fixed { readonly width: number; readonly height: number; readonly ratio: number }

export class Painter {
  readonly #chart: Chart<"line", never[]>;
  readonly #front: HTMLCanvasElement;
  /** Measures text; Chart.js draws with the same one. */
  readonly #ctx: CanvasRenderingContext2D;
  readonly #onStage: (stage: Stage) => void;
  readonly #ratio: number | undefined;
  #view: ChartView;
  #inks: Inks;
  #stage: Stage;
  #width = 0;
  #shown: readonly string[] = [];

  constructor({ base, front }: Canvases, view: ChartView, inks: Inks, onStage: (stage: Stage) => void, fixed?: Fixed) {
    this.#view = view;
    this.#inks = inks;
    this.#onStage = onStage;
    this.#front = front;
    this.#ctx = base.getContext("2d")!;
    this.#ratio = fixed?.ratio;
    this.#stage = stageOf(view, { left: 0, right: 1, top: 0, bottom: 1 });
    if (fixed !== undefined) Object.assign(base, { width: fixed.width, height: fixed.height });
    this.#chart = new Chart(base, {
      type: "line",
      data: { datasets: [] },
      plugins: [this.#drawing()],
      options: {
        animation: false, responsive: fixed === undefined, maintainAspectRatio: false, events: [], layout: { padding: { top: 8, left: 2, bottom: 0, right: 0 } },
        ...(fixed === undefined ? {} : { devicePixelRatio: fixed.ratio }),
      },
    });
    // Chart.js measures again when its box changes; what was laid out for the old width is laid out for the new.
    this.#chart.options.onResize = () => { queueMicrotask(() => { this.paint(this.#view, this.#inks); }); };
    this.paint(view, inks);
  }

  paint(view: ChartView, inks: Inks): void {
    if (this.#chart.canvas === null) return;
    this.#view = view;
    this.#inks = inks;
    this.#stage = stageOf(view, this.#stage.area);
    this.#chart.options.scales = this.#scales();
    const padding = this.#chart.options.layout!.padding as { right: number };
    padding.right = rightRoom(view, this.#measure, this.#fit);
    this.#chart.update("none");
    this.#onStage(this.#stage);
    this.highlight(this.#shown);
  }

  /** Draws these lines in front of all others, by id, the last one foremost. */
  highlight(ids: readonly string[]): void {
    this.#shown = ids;
    const ratio = this.#ratio ?? window.devicePixelRatio;
    const { width, height } = this.#chart;
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.#front.width !== across || this.#front.height !== down) Object.assign(this.#front, { width: across, height: down });
    const ctx = this.#front.getContext("2d")!;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, width, height);
    const lines = ids.flatMap((id) => this.#view.lines.find((line) => line.id === id) ?? []);
    if (lines.length === 0) return;
    this.#clipped(ctx, () => {
      for (const line of lines) {
        this.#stroke(ctx, line, this.#inks.paper, this.#inks.lineWidth + 3.5, []);
        this.#stroke(ctx, line, inkOf(this.#inks, line), this.#inks.lineWidth + 0.75, dashOf(this.#inks, line));
      }
    });
  }

  destroy(): void { this.#chart.destroy(); }

  #scales() {
    const { grid, axis, text, fontFamily, fontSize } = this.#inks;
    const { x, y, xTicks, yTicks } = this.#stage;
    const font = { family: fontFamily, size: fontSize };
    // Chart.js sees shares of an axis: the bending is done here, the same for every scale and every painter.
    const marks = (values: readonly number[], place: (value: number) => number) => (scale: { ticks: { value: number }[] }) => { scale.ticks = values.map((value) => ({ value: place(value) })); };
    return {
      x: {
        type: "linear" as const, min: 0, max: 1, grid: { display: false }, border: { color: axis },
        ticks: { color: text, font, padding: 4, autoSkip: false, maxRotation: 0, callback: (_: unknown, i: number) => (xTicks[i] === undefined ? "" : xText(this.#view, xTicks[i])) },
        afterBuildTicks: marks(xTicks, placer(x)),
      },
      y: {
        type: "linear" as const, min: 0, max: 1, grid: { color: grid, drawTicks: false }, border: { display: false },
        ticks: { color: text, font, padding: 8, autoSkip: false, callback: (_: unknown, i: number) => (yTicks[i] === undefined ? "" : tickText(this.#view, yTicks[i])) },
        afterBuildTicks: marks(yTicks, placer(y)),
      },
    };
  }

  #drawing(): Plugin<"line"> {
    return {
      id: "drawing",
      afterDatasetsDraw: ({ ctx, width, chartArea: { left, right, top, bottom } }) => {
        this.#width = width;
        this.#stage = stageOf(this.#view, { left, right, top, bottom }, this.#stage.y);
        ctx.save();
        this.#drawLines(ctx);
        for (const mark of edgeMarks(this.#view, this.#stage)) this.#drawMark(ctx, mark, this.#stage.area);
        this.#drawEvents(ctx);
        this.#drawLabels(ctx);
        ctx.restore();
      },
    };
  }

  #drawLines(ctx: CanvasRenderingContext2D): void {
    const isGrey = isCrowd(this.#view);
    const inks = this.#inks;
    this.#clipped(ctx, () => {
      if (!isGrey) for (const line of this.#view.lines) this.#fill(ctx, line);
      for (const weight of ["fine", "line"] as const) {
        for (const line of this.#view.lines) {
          if (line.weight !== weight || (isGrey && weight === "fine")) continue;
          if (isGrey) this.#stroke(ctx, line, inks.crowd, inks.fineWidth, [], crowdPitch);
          else if (weight === "fine") this.#stroke(ctx, line, faded(inkOf(inks, line), inks.rawOpacity), inks.fineWidth, dashOf(inks, line));
          else for (const part of partsOf(line)) this.#stroke(ctx, part.line, part.isShared ? faded(inkOf(inks, line), sharedOpacity) : inkOf(inks, line), inks.lineWidth, dashOf(inks, line));
        }
      }
    });
  }

  #clipped(ctx: CanvasRenderingContext2D, draw: () => void): void {
    const { left, right, top, bottom } = this.#stage.area;
    ctx.save();
    ctx.beginPath();
    // Half a line's width more, so that 100 % is not cut in half at the top edge.
    ctx.rect(left - 2, top - 2, right - left + 4, bottom - top + 2);
    ctx.clip();
    ctx.lineJoin = "round";
    draw();
    ctx.restore();
  }

  #fill(ctx: CanvasRenderingContext2D, line: ChartLine): void {
    ctx.fillStyle = faded(inkOf(this.#inks, line), this.#inks.bandOpacity);
    for (const outline of outlinesOf(bandOf(line, this.#stage, this.#view))) {
      ctx.beginPath();
      for (let i = 0; i < outline.length; i += 2) ctx.lineTo(outline[i]!, outline[i + 1]!);
      ctx.fill();
    }
  }

  #stroke(ctx: CanvasRenderingContext2D, line: ChartLine, ink: string, width: number, dash: readonly number[], pitch = 1): void {
    const corners = pathOf(line, this.#stage, this.#view, pitch);
    ctx.beginPath();
    for (let i = 0, isDown = false; i < corners.length; i += 2) {
      const at = corners[i]!;
      if (Number.isNaN(at)) isDown = false;
      else if (isDown) ctx.lineTo(at, corners[i + 1]!);
      else { ctx.moveTo(at, corners[i + 1]!); isDown = true; }
    }
    ctx.strokeStyle = ink;
    ctx.lineWidth = width;
    ctx.lineCap = dash.length === 0 ? "round" : "butt";
    ctx.setLineDash([...dash]);
    ctx.stroke();
  }

  #drawMark(ctx: CanvasRenderingContext2D, { kind, edge, left, count: n }: EdgeMark, area: Area): void {
    const y = edge === "top" ? area.top + 5 : area.bottom - 5;
    const towards = edge === "top" ? -1 : 1;
    const ink = kind === "odd" ? this.#inks.bad : this.#inks.text;
    ctx.strokeStyle = ctx.fillStyle = ink;
    ctx.lineWidth = 1.5;
    ctx.setLineDash([]);
    ctx.beginPath();
    if (kind === "odd") {
      ctx.moveTo(left - 3.5, y - 3.5); ctx.lineTo(left + 3.5, y + 3.5);
      ctx.moveTo(left + 3.5, y - 3.5); ctx.lineTo(left - 3.5, y + 3.5);
      ctx.stroke();
    } else {
      ctx.moveTo(left - 3.5, y - towards * 2); ctx.lineTo(left + 3.5, y - towards * 2); ctx.lineTo(left, y + towards * 3);
      ctx.fill();
    }
    if (n === 1) return;
    ctx.font = `10px ${this.#inks.fontFamily}`;
    ctx.textBaseline = "middle";
    ctx.fillText(count(n), left + 6, y);
  }

  /** Dotted lines with their names, which keep clear of curves by a rim of paper. */
  #drawEvents(ctx: CanvasRenderingContext2D): void {
    const { area } = this.#stage;
    ctx.textBaseline = "middle";
    // `fit` measures with the font of labels: ours is set where each name is written.
    const plain = `${this.#inks.fontSize}px ${this.#inks.fontFamily}`;
    for (const { event, left, name } of eventMarks(this.#view, this.#stage, this.#measure, endLabels(this.#view, this.#stage, this.#fit))) {
      ctx.strokeStyle = this.#inks.text;
      ctx.lineWidth = 1;
      ctx.setLineDash([...eventDash]);
      ctx.beginPath();
      ctx.moveTo(left, area.top);
      ctx.lineTo(left, area.bottom);
      ctx.stroke();
      if (name === null) continue;
      const top = area.top + eventRow * (name.row + 0.5);
      ctx.font = plain;
      ctx.setLineDash([]);
      ctx.strokeStyle = this.#inks.paper;
      ctx.lineWidth = 3;
      ctx.strokeText(event.tag, name.textLeft, top);
      ctx.fillStyle = this.#inks.text;
      ctx.fillText(event.tag, name.textLeft, top);
    }
  }

  #drawLabels(ctx: CanvasRenderingContext2D): void {
    const { area } = this.#stage;
    ctx.textBaseline = "middle";
    ctx.font = this.#labelFont();
    for (const { line, text, left, top, labelTop, hasDot } of endLabels(this.#view, this.#stage, this.#fit)) {
      ctx.fillStyle = inkOf(this.#inks, line);
      if (hasDot) { ctx.beginPath(); ctx.arc(left, top, 3.5, 0, 2 * Math.PI); ctx.fill(); }
      if (text !== "") ctx.fillText(text, left + labelGap, labelTop);
    }
    ctx.font = `${this.#inks.fontSize}px ${this.#inks.fontFamily}`;
    ctx.fillStyle = this.#inks.text;
    ctx.textBaseline = "top";
    ctx.fillText(this.#view.x.name, area.right + nameOffset(this.#view, this.#measure), area.bottom + 13);
  }

  readonly #measure = (text: string): number => {
    this.#ctx.font = this.#labelFont();
    return this.#ctx.measureText(text).width;
  };

  readonly #fit = (label: string): string => fitted(label, Math.max(90, this.#width * nameShare(this.#view)), this.#measure);

  #labelFont(): string { return `500 ${this.#inks.fontSize}px ${this.#inks.fontFamily}`; }
}

/** `#rrggbb` with an opacity, as `#rrggbbaa`. */
const faded = (colour: string, opacity: number): string => `${colour}${Math.round(opacity * 255).toString(16).padStart(2, "0")}`;
