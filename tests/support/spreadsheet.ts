/** LibreOffice without a window, where this machine has one: what a spreadsheet makes of a CSV file. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const office = ["/usr/bin/soffice", "/usr/lib/libreoffice/program/soffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice"].find((path) => existsSync(path));
export const noOffice = "there is no LibreOffice on this machine (Debian: apt-get install libreoffice-calc); no spreadsheet opened the file";

/** A cell as LibreOffice keeps it: a formula where it is one, the number where it is one, else the text. */
export interface SheetCell { readonly formula: string | null; readonly number: number | null; readonly text: string }

/** The file opened and saved as flat XML; null where there is no LibreOffice. */
export function opened(csv: Uint8Array): SheetCell[][] | null {
  if (office === undefined) return null;
  const folder = mkdtempSync(join(tmpdir(), "descent-sheet-"));
  try {
    writeFileSync(join(folder, "a.csv"), csv);
    const { status, stderr } = spawnSync(office, [`-env:UserInstallation=file://${folder}/profile`, "--headless", "--convert-to", "fods", "--infilter=CSV:44,34,76,1", "--outdir", folder, join(folder, "a.csv")], { encoding: "utf8", timeout: 120_000 });
    if (status !== 0) throw new Error(`LibreOffice ended with ${status}: ${stderr}`);
    const xml = readFileSync(join(folder, "a.fods"), "utf8");
    return [...xml.matchAll(/<table:table-row\b[^>]*>(.*?)<\/table:table-row>/gs)].map(([, row]) => [...row!.matchAll(/<table:table-cell\b([^>]*?)(?:\/>|>(.*?)<\/table:table-cell>)/gs)].map(([, head, body]) => ({
      formula: /table:formula="([^"]*)"/.exec(head!)?.[1] ?? null,
      number: /office:value-type="float"/.test(head!) ? Number(/office:value="([^"]*)"/.exec(head!)![1]) : null,
      text: unescaped([...(body ?? "").matchAll(/<text:p[^>]*>(.*?)<\/text:p>/gs)].map(([, text]) => text!.replaceAll(/<text:s(?: text:c="(\d+)")?\/>/g, (_, n: string | undefined) => " ".repeat(Number(n ?? 1))).replaceAll("<text:tab/>", "\t").replaceAll(/<[^>]*>/g, "")).join("\n")),
    })));
  } finally { rmSync(folder, { recursive: true, force: true }); }
}

const unescaped = (text: string): string => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&apos;", "'").replaceAll("&amp;", "&");
