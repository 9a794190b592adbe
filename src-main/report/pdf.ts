/** A chart as a PDF of vectors, its fonts embedded as far as they are used: as wide as a page of text in a paper. Reads no file: fonts are handed in. */

import type { ChartView } from "../contract/chart-view.ts";
import { drawingOf, type Drawing, type Shape, type Stroke, type TextShape } from "./drawing.ts";
import { lightInks as inks } from "./inks.ts";

/** Bytes of OpenType or WOFF2; `face` names one of a collection. `wider` has Han signs; null where none is at hand. */
export interface ChartFont { readonly bytes: Uint8Array; readonly face?: string }
export interface ChartFonts { readonly regular: ChartFont; readonly strong: ChartFont; wider(): ChartFont | null }

/** 180 mm in points, a page's width in most journals; labels are then 7.4 points high. */
const sheetWidth = 510;
/** From the middle of a sign to its base line, in its size: half of Inter's capitals. */
const halfCapital = 0.364;
/** What Inter has not and a font of Han signs has. */
const isWide = (sign: string): boolean => /[\u2e80-\uffef\u{20000}-\u{3ffff}]/u.test(sign);

/** `pinned` as for an SVG. Null where a text has Han signs and no font for them is at hand. */
export async function pdfOf(view: ChartView, pinned: readonly string[], fonts: ChartFonts): Promise<Uint8Array | null> {
  const drawing = drawingOf(view, pinned);
  const shapes = [...drawing.under, ...drawing.plot, ...drawing.over];
  const wider = shapes.some((shape) => shape.kind === "text" && isWide(`${shape.text}${shape.then ?? ""}`)) ? fonts.wider() : undefined;
  return wider === null ? null : painted(drawing, fonts, wider);
}

async function painted({ width, height, title, summary, clip, under, plot, over }: Drawing, { regular, strong }: ChartFonts, wider: ChartFont | undefined): Promise<Uint8Array> {
  // Takes a quarter of a second to load, and few ask for it.
  const { default: PDFDocument } = await import("pdfkit");
  const scale = sheetWidth / width;
  // Without a date, the same chart is the same file.
  const sheet = new PDFDocument({ size: [sheetWidth, height * scale], margin: 0, pdfVersion: "1.7", lang: "en", font: null as unknown as string, info: { Title: title, Subject: summary, Creator: "Descent", Producer: "Descent", CreationDate: new Date(0) } });
  const parts: Uint8Array[] = [];
  sheet.on("data", (part: Uint8Array) => { parts.push(part); });
  const done = new Promise<void>((resolve, reject) => { sheet.on("end", resolve); sheet.on("error", reject); });
  for (const [name, font] of [["regular", regular], ["strong", strong], ["wide", wider]] as const) if (font !== undefined) sheet.registerFont(name, font.bytes as Buffer, font.face);
  sheet.scale(scale);
  sheet.rect(0, 0, width, height).fill(inks.paper);
  for (const shape of under) paint(sheet, shape);
  sheet.save();
  sheet.rect(clip.x, clip.y, clip.width, clip.height).clip();
  sheet.lineJoin("round");
  for (const shape of plot) paint(sheet, shape);
  sheet.restore();
  for (const shape of over) paint(sheet, shape);
  sheet.end();
  await done;
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

type Sheet = PDFKit.PDFDocument;

function paint(sheet: Sheet, shape: Shape): void {
  sheet.save();
  switch (shape.kind) {
    case "path":
      sheet.path(shape.d);
      if (shape.fill !== undefined) sheet.fillOpacity(shape.fillOpacity ?? 1).fill(shape.fill);
      else if (shape.stroke !== undefined) stroke(sheet, shape.stroke);
      break;
    case "line":
      sheet.moveTo(shape.x1, shape.y1).lineTo(shape.x2, shape.y2);
      stroke(sheet, shape.stroke);
      break;
    case "circle": sheet.circle(shape.x, shape.y, shape.r).fill(shape.fill); break;
    case "text": write(sheet, shape); break;
  }
  sheet.restore();
}

function stroke(sheet: Sheet, { ink, width = 1, opacity = 1, dash = [] }: Stroke): void {
  sheet.lineWidth(width).strokeOpacity(opacity);
  // A pattern as it is: pdfkit's own dash() takes no more than two lengths in its types.
  if (dash.length > 0) sheet.dash(dash as unknown as number, {});
  sheet.stroke(ink);
}

function write(sheet: Sheet, { x, y, text, fill, anchor, size = inks.fontSize, weight, isCentral, isRimmed = false, then }: TextShape): void {
  const base = isCentral ? y + halfCapital * size : y;
  const plain = runsOf(text, weight === undefined ? "regular" : "strong");
  const wide = widthOf(sheet, plain, size);
  const left = x - (anchor === "end" ? wide : anchor === "middle" ? wide / 2 : 0);
  if (isRimmed) line(sheet, plain, left, base, size, { ink: inks.paper, isRim: true });
  line(sheet, plain, left, base, size, { ink: fill, isRim: false });
  if (then !== undefined) line(sheet, runsOf(then, "regular"), left + wide + 8, base, 12, { ink: inks.text, isRim: false });
}

interface Stretch { readonly font: string; readonly text: string }

/** Stretches of one font each. */
function runsOf(text: string, font: "regular" | "strong"): readonly Stretch[] {
  const runs: { font: string; text: string }[] = [];
  for (const sign of text.replace(/\p{Cc}/gu, "")) {
    const own = isWide(sign) ? "wide" : font, last = runs.at(-1);
    if (last?.font === own) last.text += sign;
    else runs.push({ font: own, text: sign });
  }
  return runs;
}

const widthOf = (sheet: Sheet, runs: readonly Stretch[], size: number): number => runs.reduce((sum, { font, text }) => sum + sheet.font(font).fontSize(size).widthOfString(text), 0);

function line(sheet: Sheet, runs: readonly Stretch[], x: number, base: number, size: number, { ink, isRim }: { readonly ink: string; readonly isRim: boolean }): void {
  let at = x;
  for (const { font, text } of runs) {
    sheet.font(font).fontSize(size);
    const options = { lineBreak: false, baseline: "alphabetic" } as const;
    if (isRim) sheet.lineWidth(3).strokeColor(ink).text(text, at, base, { ...options, stroke: true, fill: false });
    else sheet.fillColor(ink).text(text, at, base, options);
    at += sheet.widthOfString(text);
  }
}
