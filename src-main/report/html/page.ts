/** A report as one HTML file that opens from disk anywhere: no request, no script needed to read it, both languages and themes in it, and what it takes to train its runs again. Pure. */

import { hasSpec } from "../../contract/nouns.ts";
import { replayHtml, type ReplayBlock, type Report, type ReportFacts } from "../../contract/reports.ts";
import { blockHtml } from "./blocks.ts";
import { both, said, text, type Numbering } from "./markup.ts";
import { reportScript } from "./script.ts";
import { reportStyle } from "./style.ts";
import { reportWords, type ReportLanguage } from "./words.ts";

export interface PageLook {
  /** Which language is shown first; the other is a press away. */
  readonly language: ReportLanguage;
  /** `system` follows the reader's. */
  readonly theme: "light" | "dark" | "system";
}

/** `digest`: base64 of a text's SHA-256, for the policy that lets the file's own style and script run and nothing else. */
export function reportHtml(report: Pick<Report, "title" | "subject" | "blocks">, facts: ReportFacts, { language, theme }: PageLook, digest: (of: string) => string): string {
  const numbering: Numbering = { figures: 0, tables: 0 };
  const words = reportWords[language];
  const policy = `default-src 'none'; style-src 'sha256-${digest(reportStyle)}'; script-src 'sha256-${digest(reportScript)}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const replay = replayOf(facts);
  const page = [
    `<!doctype html>`,
    `<html lang="${words.code}" data-language="${language}"${theme === "system" ? "" : ` data-theme="${theme}"`}>`,
    `<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="generator" content="Descent ${text(facts.version)}">`,
    `<title>${text(report.title)}</title><style>${reportStyle}</style></head>`,
    `<body><div class="bar" hidden><button id="theme" type="button">${said((w) => w.switches.theme)}</button><button id="language" type="button">English / 中文</button></div>`,
    `<main><header><p class="when">${said((w) => w.written(w.date(facts.atMs), facts.version, facts.project))}${both((w) => `${w.code === "en" ? ", " : "，"}${sizeMark}`)}</p><h1>${text(report.title)}</h1></header>`,
    ...report.blocks.map((block, i) => blockHtml(block, i, report, facts, numbering)),
    replay.runs.length === 0 ? "" : `<aside class="replay"><h2>${said((w) => w.titles.replay)}</h2><p>${said((w) => w.replayAbout(replay.runs.length))}</p></aside>`,
    `</main>`,
    `<template id="enlarge">${said((w) => w.switches.enlarge)}</template><dialog><div class="shown"></div><button id="close" class="enlarge" type="button">${said((w) => w.switches.close)}</button></dialog>`,
    replayHtml(replay),
    `<script>${reportScript}</script></body></html>`,
    "",
  ].filter((line, i, all) => line !== "" || i === all.length - 1).join("\n");
  return page.replaceAll(sizeMark, sizeText(new TextEncoder().encode(page).byteLength));
}

/** Where the file's size will stand: markup, which no text of anybody's can be. */
const sizeMark = "<!--size-->";
/** `59.9 kB`: three digits, so that its own length does not show. */
const sizeText = (bytes: number): string => `${(bytes / (bytes < 1e6 ? 1e3 : 1e6)).toPrecision(3)} ${bytes < 1e6 ? "kB" : "MB"}`;

function replayOf({ comparison, version }: ReportFacts): ReplayBlock {
  return {
    format: "descent-replay", version: 1, engine: version,
    // Another program's run has nothing to be trained again from.
    runs: comparison.runs.filter(hasSpec).map(({ id, name, spec, state, history, data, weightHash, step, metrics }) => ({ id, name, spec, isWhole: state === "finished" && !history.some(({ kind }) => kind === "branched" || kind === "changed"), dataHash: data.hash, weightHash, steps: step, metrics: Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value))) })),
  };
}
