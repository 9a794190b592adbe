/** `descent gradcheck`: a spec's gradient against difference quotients, tensor by tensor. */

import type { GradientCheck, GradientCheckOptions, GradientReport, TensorCheck } from "../contract/gradient-check.ts";
import { checkedService } from "../contract/inputs.ts";
import { jsonLine, table, tame } from "./print.ts";
import { placed, readSpec, withFile } from "./spec-file.ts";
import type { World } from "./world.ts";

/** Returns the exit code: 0 every gradient is right, 1 one is not. Throws SpecError with the places of the spec's text, or StoreError. */
export async function gradcheckCommand(file: string, { project, json, ...options }: { project: string | undefined; json: boolean } & GradientCheckOptions, world: World): Promise<number> {
  const spec = readSpec(world, file);
  const service = world.open({ project, parallel: 1, door: "cli" });
  try {
    const checked = checkedService(service);
    const found = await checked.checkGradient({ spec: await withFile(checked, spec, world), ...options });
    for (const line of json ? [jsonLine({ kind: "gradientCheck", ...found })] : gradientLines(found)) world.out(line);
    return found.verdict === "right" ? 0 : 1;
  } catch (error) {
    throw placed(error, spec);
  } finally {
    await service.close();
  }
}

const words = { right: "right", look: "look closer", wrong: "WRONG" } as const;

/** The report for people: one table for each time the gradient was checked, then what to look at. */
export function gradientLines({ parameters, checks }: GradientCheck): string[] {
  return checks.flatMap(({ step, report }, i) => [
    ...(i === 0 ? [headline(parameters, report)] : []),
    "",
    `${step === 0 ? "before training" : `after ${step} updates`}: ${words[report.verdict]}, relative error ${short(report.smoothError)}${report.smoothError === report.relativeError ? "" : ` (${short(report.relativeError)} with kinks)`}, loss ${short(report.loss)}`,
    ...table([["tensor", "compared", "error", "worst entry", "analytic", "numerical", "kinks", "verdict"], ...report.slices.map(row)], [1, 2, 4, 5, 6]),
    ...report.hints.map(({ message }) => tame(`→ ${message}`)),
  ]);
}

function headline(parameters: number, { rows, epsilon, form }: GradientReport): string {
  const formula = form === "twoSided" ? "(J(θ + ε) − J(θ − ε)) / 2ε" : "(J(θ + ε) − J(θ)) / ε";
  return `gradient check in 64 bit: ${parameters} parameters, ${rows} rows, ĝ = ${formula}, ε = ${epsilon.toExponential()}`;
}

function row({ name, shape, checked, kinks, smoothError, verdict, worst: [first] }: TensorCheck): string[] {
  const size = shape.reduce((product, n) => product * n, 1);
  const entry = first === undefined ? ["", "", ""] : [`[${first.at.join(", ")}]`, short(first.analytic), short(first.numerical)];
  return [tame(name), `${checked}/${size}`, short(smoothError), ...entry, kinks === 0 ? "" : String(kinks), words[verdict]];
}

const short = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value));
