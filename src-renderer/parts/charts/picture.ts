/** A chart as files: a PNG of twice the pixels, painted as on the screen with its title; any text or blob as a download. */

import type { Inks } from "../../../src-main/contract/chart-inks.ts";
import type { ChartView } from "../../../src-main/contract/chart-view.ts";
import { Painter } from "./painter.ts";

const size = { width: 760, height: 320, ratio: 2 } as const;
const head = 40;

export async function pngOf(view: ChartView, inks: Inks, pinned: readonly string[]): Promise<Blob> {
  const [base, front, sheet] = [document.createElement("canvas"), document.createElement("canvas"), document.createElement("canvas")];
  const painter = new Painter({ base, front }, view, inks, () => undefined, size);
  painter.highlight(pinned);
  Object.assign(sheet, { width: size.width * size.ratio, height: (size.height + head) * size.ratio });
  const ctx = sheet.getContext("2d")!;
  ctx.fillStyle = inks.paper;
  ctx.fillRect(0, 0, sheet.width, sheet.height);
  for (const layer of [base, front]) ctx.drawImage(layer, 0, head * size.ratio);
  ctx.scale(size.ratio, size.ratio);
  ctx.textBaseline = "middle";
  ctx.fillStyle = inks.ink;
  ctx.font = `600 13px ${inks.fontFamily}`;
  ctx.fillText(view.title, 14, head / 2 + 2);
  const after = 14 + ctx.measureText(view.title).width + 8;
  ctx.fillStyle = inks.text;
  ctx.font = `12px ${inks.fontFamily}`;
  ctx.fillText(view.caption, after, head / 2 + 2);
  painter.destroy();
  return new Promise((done, failed) => { sheet.toBlob((blob) => { if (blob === null) failed(new Error("this browser made no PNG of the chart")); else done(blob); }, "image/png"); });
}

/** Gives the browser a file to save. */
export function download(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => { URL.revokeObjectURL(link.href); }, 60_000);
}

/** A title as a file's name: letters and figures of any script, the rest as hyphens. */
export const fileName = (title: string): string => title.toLocaleLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "") || "chart";
