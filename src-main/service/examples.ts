/** The specs in the box: the JSON files of the examples folder, complete and checked. */

import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { SpecError } from "../../src-engine/spec/errors.ts";
import type { Catalog } from "../../src-engine/spec/param.ts";
import { checkRunSpec } from "../../src-engine/spec/run-spec.ts";
import type { Example } from "../contract/nouns.ts";

/** By name of file. Throws SpecError for a file that is no right spec: the box must not hold one. */
export async function readExamples(folder: string, catalog: Catalog): Promise<readonly Example[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json")).sort();
  return Promise.all(names.map(async (name) => {
    const { spec, problems } = checkRunSpec(JSON.parse(await readFile(join(folder, name), "utf8")), catalog);
    if (spec === null) throw new SpecError(problems.map((one) => ({ ...one, at: { file: join(folder, name) } })));
    return { id: basename(name, ".json"), spec };
  }));
}
