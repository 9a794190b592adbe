/** Charts as files for a paper: vectors with their fonts, small, in the same colours; and a Python program whose numbers are the chart's. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { chartFormats } from "../../src-main/contract/chart-view.ts";
import { matplotlibOf } from "../../src-main/report/matplotlib.ts";
import { lightInks } from "../../src-main/report/inks.ts";
import { chartFile } from "../../src-main/service/chart-files.ts";
import { aLine, aView } from "../support/charts.ts";
import { payloads } from "../support/payloads.ts";
import { pythonWith, runPython } from "../support/pythons.ts";

vi.setConfig({ testTimeout: 120_000 });
const folder = mkdtempSync(join(tmpdir(), "descent-charts-"));
afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
const fall = (n: number, k = 1): Float64Array => Float64Array.from({ length: n }, (_, i) => Math.exp(-i / n) + (0.2 * ((i * 7919 * k) % 101)) / 101);
const small = aView([aLine({ label: "A adam β₂ → 1", y: fall(30), band: { low: fall(30), high: fall(30).map((v) => v + 0.1), n: fall(30).map(() => 5) } }), aLine({ id: "b", label: "B sgd", colour: 2, dash: 2, y: fall(30, 2) })], { title: "Validation loss", caption: "log axis", y: { scale: "log" } });
/** As many lines as have colours of their own, each with a mean, a band and more noisy points than pixels. */
const large = aView(Array.from({ length: 12 }, (_, k) => aLine({ id: `g${k}`, label: `group ${k}`, colour: k + 1, dash: k + 1, y: fall(4000, k + 1), band: { low: fall(4000, k + 2), high: fall(4000, k + 2).map((v) => v + 0.2), n: fall(4000).map(() => 5) } })), { x: { max: 4000 } });

describe("a chart as PDF", () => {
  it("is one page of vectors with both fonts in it, 180 mm wide, the same bytes each time", async () => {
    const [first, again] = [text(await chartFile(small, [], "pdf")), text(await chartFile(small, [], "pdf"))];
    expect(first.startsWith("%PDF-1.7")).toBe(true);
    expect(first.match(/\/Type \/Page\b/g)).toHaveLength(1);
    expect(first.match(/\/FontFile2/g)).toHaveLength(2);
    expect(first).not.toContain("/Subtype /Image");
    expect(/\/MediaBox \[0 0 ([\d.]+) /.exec(first)![1]).toBe("510");
    expect(again).toBe(first);
  });

  const hasTool = spawnSync("pdftotext", ["-v"]).error === undefined;
  if (!hasTool) console.warn("SKIPPED: no pdftotext here; the words of the PDF are not read back");
  it.skipIf(!hasTool)("has words that can be searched and copied", async () => {
    const file = join(folder, "chart.pdf");
    writeFileSync(file, await chartFile(small, [], "pdf"));
    const { stdout } = spawnSync("pdftotext", [file, "-"], { encoding: "utf8" });
    for (const word of ["Validation loss", "log axis", "A adam β₂ → 1", "B sgd", "epoch"]) expect(stdout).toContain(word);
  });

  it("with Han signs and no font for them says so and what to do", async () => {
    const fonts = { regular: { bytes: new Uint8Array() }, strong: { bytes: new Uint8Array() }, wider: () => null };
    await expect(chartFile(aView([aLine({ label: "宽网络", y: fall(3) })]), [], "pdf", () => fonts)).rejects.toThrow("the chart has Chinese signs, and no font for them was found on this machine");
  });
});

it.each(chartFormats)("twelve noisy groups with bands, 4000 points each, are under 200 kB as %s", async (format) => {
  expect((await chartFile(large, [], format)).byteLength).toBeLessThan(200_000);
});

describe("a chart as a program for matplotlib", () => {
  const python = pythonWith("matplotlib");
  if (python === null) console.warn("SKIPPED: no Python here has matplotlib; the program is not drawn");
  const anyPython = python ?? pythonWith("json");
  if (anyPython === null) console.warn("SKIPPED: no Python here; the program is not read");
  const odd = aView(payloads.slice(0, 8).map((label, k) => aLine({ id: `${label} ${k}`, label: k === 0 ? "_$x$ and 5 $" : label, colour: k + 1, dash: k + 1, y: Float64Array.of(0.1 + k, NaN, 2, Infinity, 1 / 3), sharedTo: 1 })), { title: payloads[9]!, caption: "a\u2028b", events: [{ kind: "change", x: 2, step: 2, tag: payloads[10]!, text: "" }] });

  it("asks for the colours, dashes and scale of the chart", () => {
    const program = matplotlibOf(small, []);
    for (const ink of lightInks.colours.slice(0, 2)) expect(program).toContain(`color="${ink}"`);
    expect(program).toContain('axes.set_yscale("log", nonpositive="mask")');
    expect(program).toContain('"pdf.fonttype": 42');
  });

  it.skipIf(anyPython === null).each([["plain", small], ["hostile", odd], ["large", large]])("%s: Python reads it", (name, view) => {
    const file = join(folder, `${name}.py`);
    writeFileSync(file, matplotlibOf(view, []));
    runPython(anyPython!, ["-c", "import ast, sys; ast.parse(open(sys.argv[1], encoding='utf-8').read())", file]);
  });

  it.skipIf(python === null).each([["plain", small], ["hostile", odd]] as const)("%s: matplotlib draws it as PDF and PNG, with the chart's own numbers and names", (name, view) => {
    const file = join(folder, `${name}-drawn.py`);
    writeFileSync(file, matplotlibOf(view, []));
    const code = "import json, runpy, sys\nf = runpy.run_path(sys.argv[1])\nprint(json.dumps({'lines': [[str(v) for v in one['y']] for one in f['lines']], 'names': [text.get_text() for text in f['axes'].get_legend().get_texts()]}))";
    const read = JSON.parse(runPython(python!, ["-W", "ignore", "-c", code, file]).trim().split("\n").at(-1)!) as { lines: string[][]; names: string[] };
    read.lines.forEach((values, i) => { values.forEach((value, j) => {
      const own = view.lines[i]!.y[j]!;
      // Seven digits are written.
      if (Number.isFinite(own)) expect(Math.abs(Number(value) - own)).toBeLessThanOrEqual(1e-6 * Math.abs(own));
      else expect(value).toBe(Number.isNaN(own) ? "nan" : "inf");
    }); });
    expect(read.names).toHaveLength(view.lines.length);
    for (const suffix of ["pdf", "png"]) expect(statSync(file.replace(/\.py$/, `-matplotlib.${suffix}`)).size).toBeGreaterThan(5000);
    expect(readFileSync(file.replace(/\.py$/, "-matplotlib.pdf"), "latin1")).toMatch(/^%PDF/);
  });
});
