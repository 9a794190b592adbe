/** What a run's settings are held against: its parent, its experiment's baseline, the defaults; and what differs. */

import { checkRunSpec, type Catalog } from "../../src-main/contract/checks.ts";
import { hasSpec, type RunSpec, type SpecRun } from "../../src-main/contract/nouns.ts";
import { changesBetween, settingsOf } from "../../src-main/contract/settings-of-run.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";

export const rivalKinds = ["parent", "baseline", "defaults"] as const;
export type RivalKind = (typeof rivalKinds)[number];
export type SettingChange = ReturnType<typeof changesBetween>[number];

export class Rivals {
  failure = $state.raw<Error | null>(null);
  #found = $state.raw<{ readonly parent: SpecRun | null; readonly baseline: SpecRun | null }>({ parent: null, baseline: null });

  readonly #workbench: Workbench;
  readonly #catalog: Catalog;
  #defaults: RunSpec | null = null;

  constructor(workbench: Workbench, catalog: Catalog) {
    this.#workbench = workbench;
    this.#catalog = catalog;
  }

  /** Reads who they are. A parent that is gone from the project is none. */
  async read({ id, parentId, experimentId }: Pick<SpecRun, "id" | "parentId" | "experimentId">): Promise<void> {
    this.failure = null;
    try {
      const parent = parentId === null ? null : await this.#workbench.run({ runId: parentId }).then((one) => (hasSpec(one) ? one : null)).catch(() => null);
      const [baseline = null] = await this.#workbench.listRuns({ experimentId, where: "baseline = true", limit: 1 });
      this.#found = { parent, baseline: baseline === null || baseline.id === id || !hasSpec(baseline) ? null : baseline };
    } catch (error) { this.failure = error as Error; }
  }

  /** Those there are for a run, the nearest first. A parent stays among them after it is gone, to say so. */
  kinds(run: Pick<SpecRun, "parentId">): readonly RivalKind[] {
    const isThere = { parent: run.parentId !== null, baseline: this.#found.baseline !== null, defaults: true };
    return rivalKinds.filter((kind) => isThere[kind]);
  }

  run(kind: RivalKind): SpecRun | null { return kind === "defaults" ? null : this.#found[kind]; }

  /** What differs from a rival, `from` there and `to` here; `null` where it is gone. */
  changes(run: SpecRun, kind: RivalKind): readonly SettingChange[] | null {
    const other = this.#settings(kind);
    return other === null ? null : changesBetween(other, settingsOf(run));
  }

  #settings(kind: RivalKind): RunSpec | null {
    // Asked for with every progress of a run that trains.
    if (kind === "defaults") return (this.#defaults ??= checkRunSpec({}, this.#catalog).spec);
    const rival = this.run(kind);
    return rival === null ? null : settingsOf(rival);
  }
}
