/** A machine made for tests of the command line: what goes to stdout and stderr, files by name, and a workbench that answers what it is told. */

import { resolve } from "node:path";
import type { World } from "../../src-main/cli/world.ts";
import type { Inspection, Run, RunEvent } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import type { WorkbenchService } from "../../src-main/service/workbench.ts";
import { runDouble, workbenchDouble } from "./workbench-double.ts";

/** A run that came to its end well. */
export const finished = (id: string, given: Partial<Run> = {}) => runDouble({ id, state: "finished", epoch: 2, step: 10, metrics: { "validation/accuracy": 0.97, "test/accuracy": 0.96 }, weightHash: "ab".repeat(32), trainingMs: 1500, ...given });
/** What a sound draft is found to be. */
export const nothingWrong: Inspection = { problems: [], spec: null, data: null, rows: null, layers: [], parameters: 0, stepsPerEpoch: 0, steps: 0, memoryBytes: 0, aboutMs: null };

/** A machine with two files and a workbench that trains one run for each id. */
export function machine(given: Partial<Workbench> = {}, runs: readonly Run[] = [finished("r-1")], files: Record<string, string> = {}) {
  const told = { written: new Map<string, Uint8Array>(), out: [] as string[], err: "", opened: [] as unknown[], closed: 0, press: (): void => { throw new Error("nobody listens"); } };
  const service = workbenchDouble({
    startRun: async () => ({ runIds: runs.map((run) => run.id) }),
    run: async ({ runId }) => runs.find((run) => run.id === runId)!,
    listRuns: async () => runs,
    watchRun: async function* ({ runId }): AsyncGenerator<RunEvent> {
      yield { kind: "snapshot", seq: 0, run: runDouble({ id: runId }), series: [] };
      yield { kind: "progress", seq: 1, run: runDouble({ id: runId }), series: [], pace: { stepsPerSecond: 100, remainingMs: 2500 } };
      yield { kind: "state", seq: 2, run: runs.find((run) => run.id === runId)! };
    },
    ...given,
  });
  const whole: Record<string, string> = { [resolve("spec.json")]: '{ "layers": [] }', ...Object.fromEntries(Object.entries(files).map(([name, text]) => [resolve(name), text])) };
  const world: World = {
    out(line) { told.out.push(line); },
    err(text) { told.err += text; },
    columns: null,
    now: () => 0,
    readFile(path) {
      if (whole[path] === undefined) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
      return new TextEncoder().encode(whole[path]);
    },
    filesAt: (place) => ({ name: place, files: [{ path: place, bytes: new TextEncoder().encode(whole[resolve(place)] ?? "") }] }),
    exists: (path) => whole[path] !== undefined,
    async writeFile(path, bytes) { told.written.set(path, bytes instanceof Uint8Array ? bytes : await joined(bytes)); },
    open(options) { told.opened.push(options); return { ...service, close: async () => { told.closed++; }, act: () => undefined } satisfies WorkbenchService; },
    restoreBackup: (project, name) => ({ backup: { name: name ?? "newest", atMs: 0, sizeBytes: 1, beforeVersion: null }, keptAs: `${project ?? "usual"}.replaced` }),
    rescue: () => ({ file: "a.rescued.descent", runs: 2, incomplete: 1, points: 40, checkpoints: 1, lostCheckpoints: 1, nameless: null, pages: 9, unreadablePages: 2 }),
    readSql: () => Promise.resolve({ columns: ["number", "name"], rows: [[1, "a\u001b[31m"], [2, null]], isCut: true }),
    openDoor: async () => ({ url: "http://127.0.0.1:1/#token=t", close: async () => { told.closed++; } }),
    onInterrupt(listener) { told.press = () => { listener("SIGINT"); }; return () => undefined; },
  };
  return { told, service, world };
}

async function joined(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: number[] = [];
  for await (const piece of pieces) all.push(...piece);
  return Uint8Array.from(all);
}
