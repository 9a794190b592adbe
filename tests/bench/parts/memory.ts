/** The most memory a whole training process ever held, on C: interpreter, libraries, rows and weights together; few rows, since those are as large for everybody. */

import { bundled } from "../bundle.ts";
import type { Chunk, Memory } from "../lines.ts";
import { table } from "../report.ts";
import { each, taskOf } from "./alone.ts";
import type { Bench, PartResult } from "./parts.ts";

/** 12 MiB of singles. */
const rows = 4096;

export async function memory(bench: Bench): Promise<PartResult> {
  const { entries, log, root } = bench;
  const folder = taskOf(bench, "C", { rows });
  const found = await each(await bundled(entries.filter(({ takes }) => takes("C")), root), folder, log, async (contestant) => {
    await contestant.ask<Chunk>({ do: "chunk", seconds: 3, fresh: true });
    return contestant.ask<Memory>({ do: "memory" });
  });
  const torch = found.find(({ name }) => name === "torch eager");
  for (const line of table([`C on ${rows} rows, 3 s of training`, "peak MiB", "of torch eager"], found.map(({ name, peakBytes }) => (
    [name, (peakBytes / 2 ** 20).toFixed(0), torch === undefined ? "–" : (peakBytes / torch.peakBytes).toFixed(2)])))) log(line);
  return { found, isAgreed: true };
}
