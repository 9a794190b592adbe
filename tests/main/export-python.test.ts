/**
 * Exported Python programs are run where a Python has their library. Where none has, the answers recorded by such a run (tests/golden/exports.json) stand for them:
 * they hold as long as the program's text is the one that was run. DESCENT_RECORD=1 records anew.
 */

import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { fit } from "../../src-engine/index.ts";
import { writeModel } from "../../src-main/exchange/formats.ts";
import { readNetwork } from "../../src-main/exchange/network.ts";
import { begun, dataset, exportedNetworks } from "../support/exported-networks.ts";
import { farthest } from "../support/farthest.ts";
import { pythonWith, runPython } from "../support/pythons.ts";
import type { Python } from "../support/pythons.ts";

interface Recorded { readonly code: string; readonly outputs: readonly number[]; readonly probabilities: readonly number[] | null }
interface Golden { readonly command: string; readonly formats: Record<string, { versions: Readonly<Record<string, string>>; networks: Record<string, Recorded> }> }

const goldenFile = new URL("../golden/exports.json", import.meta.url);
const golden = JSON.parse(readFileSync(goldenFile, "utf8")) as Golden;
const isRecording = process.env["DESCENT_RECORD"] === "1";
const folder = mkdtempSync(join(tmpdir(), "descent-exports-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  if (isRecording) writeFileSync(goldenFile, `${JSON.stringify(golden, null, 1)}\n`);
});

const formats = [
  { format: "numpy", packages: ["numpy"] },
  { format: "pytorch", packages: ["numpy", "torch"] },
  { format: "keras", packages: ["numpy", "keras", "jax"] },
] as const;
const hash = (text: Uint8Array): string => createHash("sha256").update(text).digest("hex");

/** Imports a program and asks it; NumPy's numbers come back as JSON. */
function answer(python: Python, program: string, x: Float64Array, rows: number): { outputs: number[]; probabilities: number[] | null } {
  const asked = join(folder, "x.json");
  writeFileSync(asked, JSON.stringify(Array.from({ length: rows }, (_, row) => [...x.subarray((row * x.length) / rows, ((row + 1) * x.length) / rows)])));
  const code = `import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("exported", sys.argv[1])
exported = importlib.util.module_from_spec(spec)
spec.loader.exec_module(exported)
outputs, probabilities = exported.predict(json.load(open(sys.argv[2])))
print(json.dumps({"outputs": outputs.ravel().tolist(), "probabilities": None if probabilities is None else probabilities.ravel().tolist()}))`;
  return JSON.parse(runPython(python, ["-c", code, program, asked]).trim().split("\n").at(-1)!) as { outputs: number[]; probabilities: number[] | null };
}

describe.each(formats)("$format answers as the engine does, within 1e-5", ({ format, packages }) => {
  const python = pythonWith(...packages);
  if (python === null) console.warn(`SKIPPED: no Python here has ${packages.join(" and ")}; the ${format} programs are compared with recorded answers of ${JSON.stringify(golden.formats[format]?.versions)}`);

  it.each(exportedNetworks().map((each) => [each.name, each] as const))("%s", (name, { network, x, rows, outputs, probabilities }) => {
    const code = writeModel(network, format);
    let found: { outputs: readonly number[]; probabilities: readonly number[] | null };
    if (python !== null) {
      const program = join(folder, `${name}_${format}.py`);
      writeFileSync(program, code);
      found = answer(python, program, x, rows);
      if (isRecording) (golden.formats[format] ??= { versions: python.versions, networks: {} }).networks[name] = { code: hash(code), outputs: found.outputs, probabilities: found.probabilities };
    } else {
      const recorded = golden.formats[format]!.networks[name]!;
      expect(hash(code), "the program is no longer the one whose answers were recorded; run this test where a Python has its library, with DESCENT_RECORD=1").toBe(recorded.code);
      found = recorded;
    }
    expect(farthest(found.outputs, outputs)).toBeLessThan(1e-5);
    if (probabilities === null) expect(found.probabilities).toBeNull();
    else expect(farthest(found.probabilities!, probabilities)).toBeLessThan(1e-5);
  });
});
