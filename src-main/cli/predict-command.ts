/** `descent predict`: what a saved network says of new rows. */

import { basename } from "node:path";
import { csvText } from "../contract/csv.ts";
import { StoreError } from "../contract/errors.ts";
import { limits } from "../contract/inputs.ts";
import { predictionTable } from "../contract/prediction-table.ts";
import { withProject } from "./export-command.ts";
import { jsonLine } from "./print.ts";
import { readOr } from "./spec-file.ts";
import type { World } from "./world.ts";

interface Everywhere { readonly project: string | undefined; readonly json: boolean }

/** Returns 0; the answer is CSV, or with `json` one object for each row. Throws SpecError with line and column, or StoreError. */
export async function predictCommand(runId: string, file: string, { project, json }: Everywhere, world: World): Promise<number> {
  const bytes = readOr(world, file, "The file of rows", "Name a CSV file whose header names the features.");
  if (bytes.byteLength > limits.fileBytes) throw new StoreError("tooLarge", `${file} has ${bytes.byteLength} bytes, and at most ${limits.fileBytes} are predicted at once`, { file }, "Divide it into several files.");
  return await withProject(project, world, async (workbench) => {
    const answer = await workbench.predictRows({ runId, from: { kind: "csv", name: basename(file), bytes } });
    const [head, ...rows] = predictionTable(answer);
    if (!json) world.out(csvText([head!, ...rows]).replaceAll("\r\n", "\n").replace(/\n$/, ""));
    else for (const [i, [predicted, ...shares]] of rows.entries()) {
      world.out(jsonLine({ kind: "prediction", runId, row: i + 1, predicted, probabilities: answer.probabilities === null ? null : Object.fromEntries(shares.map((share, k) => [answer.classes?.[k] ?? String(k), share])) }));
    }
    if (answer.ignored.length > 0) world.err(`Columns that are no features were left aside: ${answer.ignored.slice(0, 20).join(", ")}${answer.ignored.length > 20 ? ` and ${answer.ignored.length - 20} more` : ""}\n`);
    return 0;
  });
}
