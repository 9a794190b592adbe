/** `descent profile`: where the time of a spec's step goes, kernel by kernel; and the arithmetic part of `descent doctor`. */

import { checkedService } from "../contract/inputs.ts";
import type { Arithmetic, StepOperation, StepProfile, StepProfileOptions } from "../contract/step-profile.ts";
import { jsonLine, table, tame } from "./print.ts";
import { placed, readSpec, withFile } from "./spec-file.ts";
import type { World } from "./world.ts";

/** Returns the exit code. Throws SpecError with the places of the spec's text, StoreError, or TrainingError (noExecutor). */
export async function profileCommand(file: string, { project, json, ...options }: { project: string | undefined; json: boolean } & StepProfileOptions, world: World): Promise<number> {
  const spec = readSpec(world, file);
  const service = world.open({ project, parallel: 1, door: "cli" });
  try {
    const checked = checkedService(service);
    const found = await checked.profileStep({ spec: await withFile(checked, spec, world), ...options });
    for (const line of json ? [jsonLine({ kind: "stepProfile", ...found })] : profileLines(found)) world.out(line);
    return 0;
  } catch (error) {
    throw placed(error, spec);
  } finally {
    await service.close();
  }
}

/** The profile for people: the step, a line for each operation, and what the products come to. */
export function profileLines({ arithmetic, rows, peak, ns, operations, note }: StepProfile): string[] {
  const sum = operations.reduce((all, operation) => all + operation.ns, 0);
  const flops = operations.reduce((all, operation) => all + operation.flops, 0);
  const head = `${tame(arithmetic)}: a step of ${rows} rows takes ${micro(ns)} µs, ${figure(1e9 / ns)} steps a second`;
  if (note !== null) return [head, tame(note)];
  const rate = flops / ns;
  return [
    head,
    ...(peak === null ? [] : [`products: ${figure(rate)} GFLOPS of ${figure(peak)} on registers alone, ${percent(rate / peak)}`]),
    "",
    ...table([["operation", "about", "by", "µs", "share", "GFLOPS", "of the limit", "KiB", "GB/s"], ...operations.map((one) => row(one, sum, peak))], [3, 4, 5, 6, 7, 8]),
    "",
    `Operations by themselves add up to ${micro(sum)} µs: run one after another, each has its data at hand.`,
  ];
}

function row({ operation, executor, about, ns, flops, bytes }: StepOperation, sum: number, peak: number | null): string[] {
  const rate = flops / ns;
  return [operation, tame(about), executor, micro(ns), percent(ns / sum), flops === 0 ? "" : figure(rate), flops === 0 || peak === null ? "" : percent(rate / peak), bytes === 0 ? "" : figure(bytes / 1024), bytes === 0 ? "" : figure(bytes / ns)];
}

/** What computes here, for people. */
export function arithmeticLines({ used, native, narrowTo, wasm, peaks }: Arithmetic): string[] {
  return [
    `runs are computed by   ${tame(used)}`,
    `native kernels         ${"reason" in native ? `none: ${tame(native.reason)}` : `${native.variants.join(", ")}${native.cpu === "" ? "" : ` (${tame(native.cpu)})`}, self-test passed`}`,
    ...(narrowTo === null || "reason" in native ? [] : [`narrow networks        ${native.variants[1]!} up to ${narrowTo} wide, as measured here`]),
    `WebAssembly            ${wasm.simd ? `with vectors${wasm.relaxed ? ", also relaxed ones" : ""}` : "without vectors: plain TypeScript computes"}`,
    ...peaks.map(({ arithmetic, gflops }) => `at most                ${figure(gflops)} GFLOPS by ${tame(arithmetic)}`),
  ];
}

const micro = (ns: number): string => (ns < 1e4 ? (ns / 1000).toPrecision(3) : String(Math.round(ns / 100) / 10));
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const figure = (x: number): string => (x >= 1000 ? String(Math.round(x)) : String(Number(x.toPrecision(3))));
