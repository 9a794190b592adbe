/** Charts as files, with the fonts that a PDF needs: Inter comes along, Han signs are taken from the machine's own fonts. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { StoreError } from "../../src-engine/spec/errors.ts";
import type { ChartFormat, ChartView } from "../contract/chart-view.ts";
import { matplotlibOf } from "../report/matplotlib.ts";
import { pdfOf, type ChartFont, type ChartFonts } from "../report/pdf.ts";
import { svgOf } from "../report/svg.ts";

/** Files with Han signs where systems keep them, the plainest first, and the face of a collection. */
const han: readonly (readonly [file: string, face?: string])[] = [
  ["/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular"],
  ["/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular"],
  ["/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular"],
  ["/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", "WenQuanYiMicroHei"],
  ["/System/Library/Fonts/Hiragino Sans GB.ttc", "HiraginoSansGB-W3"],
  ["/System/Library/Fonts/STHeiti Light.ttc", "STHeitiSC-Light"],
  [join(process.env["SYSTEMROOT"] ?? "C:\\Windows", "Fonts", "msyh.ttc"), "MicrosoftYaHei"],
  [join(process.env["SYSTEMROOT"] ?? "C:\\Windows", "Fonts", "simhei.ttf")],
];

/** Throws StoreError where no font of this machine has the Han signs of a PDF. */
export async function chartFile(view: ChartView, pinned: readonly string[], format: ChartFormat, fonts: () => ChartFonts = chartFonts): Promise<Uint8Array> {
  if (format !== "pdf") return new TextEncoder().encode(format === "svg" ? svgOf(view, pinned) : matplotlibOf(view, pinned));
  const bytes = await pdfOf(view, pinned, fonts());
  if (bytes === null) throw new StoreError("noFont", "the chart has Chinese signs, and no font for them was found on this machine", {}, "Install Noto Sans CJK (Debian: fonts-noto-cjk), or take the chart as SVG, PNG or a Python program.");
  return bytes;
}

/** `here` is the module's address: the files lie beside the source of reports, or in a folder of their own beside a build. */
function chartFonts(here: string = import.meta.url, files: typeof han = han): ChartFonts {
  const folder = here.endsWith(".ts") ? "../report/fonts/" : here.includes("/chunks/") ? "../fonts/" : "./fonts/";
  const own = (face: string): ChartFont => ({ bytes: readFileSync(fileURLToPath(new URL(`${folder}Inter-${face}.ttf`, here))) });
  return {
    regular: own("Regular"), strong: own("SemiBold"),
    wider() {
      for (const [file, face] of files) {
        try { return { bytes: readFileSync(file), ...(face === undefined ? {} : { face }) }; } catch { /* the next place */ }
      }
      return null;
    },
  };
}
