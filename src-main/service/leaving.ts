/** Files that leave the project: what the thread that makes them cannot make itself, the page inside a capsule, is made here. */

import type { Workbench } from "../contract/workbench.ts";
import type { Store } from "../store/open.ts";
import { filesFolder } from "../store/place.ts";
import { outgoing } from "../transfer/outgoing.ts";

/** The report inside a capsule shows at most so many runs, the newest of them. */
const mostShown = 200;

export function leaving({ store, report, now }: { readonly store: Store; readonly report: Workbench["exportReport"]; readonly now: () => number }): Workbench["exportFile"] {
  return async function* ({ wish }) {
    const runIds = wish.kind !== "capsule" ? [] : (wish.runIds ?? store.capsules.runs().over.map((number) => `r-${number}`)).slice(-mostShown);
    const title = runIds.length === 1 ? store.runs.get(runIds[0]!).run.name : "Runs";
    const page = wish.kind !== "capsule" || runIds.length === 0 ? null : await report({
      report: { title, template: runIds.length === 1 ? "run" : "comparison", subject: { runIds, grouping: runIds.length === 1 ? { kind: "eachRun" } : { kind: "allButSeed" }, baseline: null } }, format: "html", language: wish.language, theme: "system",
    });
    yield* outgoing({ file: store.file, folder: filesFolder(store.file), wish, report: page?.bytes ?? null, createdMs: now() });
  };
}
