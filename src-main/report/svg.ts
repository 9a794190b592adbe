/** A chart as a self-contained SVG. Pure. */

import type { ChartView } from "../contract/chart-view.ts";
import { drawingOf, type Shape, type Stroke, type TextShape } from "./drawing.ts";
import { lightInks as inks } from "./inks.ts";

/** `pinned` are ids of lines that keep their colour where there are too many lines to tell by colour. */
export function svgOf(view: ChartView, pinned: readonly string[]): string {
  const { width, height, title, summary, clip, under, plot, over } = drawingOf(view, pinned);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" fill="none" font-family="${escaped(inks.fontFamily)}" font-size="${inks.fontSize}" role="img">`,
    `<title>${escaped(title)}</title><desc>${escaped(summary)}</desc>`,
    `<rect width="${width}" height="${height}" fill="${inks.paper}"/>`,
    ...under.map(element),
    `<clipPath id="plot"><rect x="${clip.x}" y="${clip.y}" width="${clip.width}" height="${clip.height}"/></clipPath>`,
    `<g clip-path="url(#plot)" stroke-linejoin="round">`,
    ...plot.map(element),
    "</g>",
    ...over.map(element),
    "</svg>",
  ].join("\n");
}

function element(shape: Shape): string {
  switch (shape.kind) {
    case "path": return `<path d="${shape.d}"${shape.fill === undefined ? "" : ` fill="${shape.fill}"`}${shape.fillOpacity === undefined ? "" : ` fill-opacity="${shape.fillOpacity}"`}${shape.stroke === undefined ? "" : stroked(shape.stroke)}/>`;
    case "line": return `<line x1="${shape.x1}" x2="${shape.x2}" y1="${shape.y1}" y2="${shape.y2}"${stroked(shape.stroke)}${shape.title === undefined ? "/>" : `><title>${escaped(shape.title)}</title></line>`}`;
    case "circle": return `<circle cx="${shape.x}" cy="${shape.y}" r="${shape.r}" fill="${shape.fill}"/>`;
    case "text": return textElement(shape);
  }
}

const stroked = ({ ink, width, opacity, dash = [] }: Stroke): string => ` stroke="${ink}"${width === undefined ? "" : ` stroke-width="${width}"`}${dash.length === 0 ? "" : ` stroke-dasharray="${dash.join(" ")}"`}${opacity === undefined ? "" : ` stroke-opacity="${opacity}"`}`;

function textElement({ x, y, text, fill, anchor, size, weight, isCentral, isRimmed, then }: TextShape): string {
  const attributes = [
    anchor === undefined ? "" : ` text-anchor="${anchor}"`, isCentral ? ` dominant-baseline="central"` : "", size === undefined ? "" : ` font-size="${size}"`, weight === undefined ? "" : ` font-weight="${weight}"`,
    ` fill="${fill}"`, isRimmed ? ` stroke="${inks.paper}" stroke-width="3" paint-order="stroke"` : "",
  ].join("");
  return `<text x="${x}" y="${y}"${attributes}>${escaped(text)}${then === undefined ? "" : `<tspan dx="8" font-size="12" font-weight="400" fill="${inks.text}">${escaped(then)}</tspan>`}</text>`;
}

/** Text for SVG: what XML forbids is left out, what it reserves is spelled. */
const escaped = (text: string): string => text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
