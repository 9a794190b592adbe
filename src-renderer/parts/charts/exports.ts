/** What the export of a chart does, and says afterwards: pictures as drawn, numbers as stored. */

import type { ChartFormat, ChartView } from "../../../src-main/contract/chart-view.ts";
import { kept, picked } from "../../../src-main/contract/thin.ts";
import type { TableFormat } from "../../../src-main/contract/exports.ts";
import type { RunId } from "../../../src-main/contract/nouns.ts";
import type { Workbench } from "../../../src-main/contract/workbench.ts";
import { Taking } from "../../state/taking.svelte.ts";
import { language, t } from "../../words/words.svelte.ts";
import { failureWords } from "../failure-words.ts";
import { count } from "../numbers.ts";
import { readInks } from "./inks.ts";
import { download, fileName, pngOf } from "./picture.ts";

export type ExportKind = ChartFormat | "png" | TableFormat;

const types: Readonly<Record<ChartFormat, string>> = { svg: "image/svg+xml", pdf: "application/pdf", py: "text/x-python" };

/** More points than a printed line shows. */
const printPoints = 4000;

/** `name` begins the file's name; the answer is the sentence to show. */
export function exporter(workbench: Workbench, { runIds, metrics, name }: { readonly runIds: readonly RunId[]; readonly metrics: readonly string[]; readonly name: string }) {
  return async (kind: ExportKind, view: ChartView, pinned: readonly string[]): Promise<string> => {
    const file = `${fileName(`${name} ${view.title}`)}.${kind}`;
    try {
      switch (kind) {
        case "svg": case "pdf": case "py": download(file, new Blob([(await workbench.chartFile({ view: light(view), pinned, format: kind })).slice()], { type: types[kind] })); break;
        case "png": download(file, await pngOf(view, readInks(document.documentElement), pinned)); break;
        default: {
          const taken = await new Taking(workbench).take({ kind: "curves", format: kind, runIds, metrics }, file);
          if (taken === null) break;
          download(file, taken.blob);
          return t().chart.savedRows(file, count(taken.rows));
        }
      }
      return t().chart.saved(file);
    } catch (error) {
      return failureWords(error as Error, t(), language.current);
    }
  };
}

/** The view with no more points than paper shows: it has to cross the wire. */
function light(view: ChartView): ChartView {
  return {
    ...view,
    lines: view.lines.map((line) => {
      const order = kept(line.y, printPoints);
      const column = (of: Float64Array): Float64Array => (order === null ? of.slice() : picked(of, order));
      const { band } = line;
      return { ...line, x: column(line.x), y: column(line.y), steps: column(line.steps), ...(band === undefined ? {} : { band: { low: column(band.low), high: column(band.high), n: column(band.n) } }) };
    }),
  };
}
