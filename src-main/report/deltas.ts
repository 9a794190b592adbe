/** How far rows and groups of a table stand from their experiment's baseline. Pure: values in, differences out. */

import { halfWidth, summarize } from "../../src-engine/index.ts";
import type { Delta, Sample, TableBaseline } from "../contract/comparison.ts";
import type { ExperimentId, RunId, RunState } from "../contract/nouns.ts";
import { groupName } from "./compare.ts";
import { deltaOf } from "./statement.ts";

/** What is known of a run. `values` stand in the order of the metrics asked about; `validation` is equal for runs that were validated on the same rows. */
export interface Facts { readonly id: RunId; readonly experimentId: ExperimentId; readonly name: string; readonly state: RunState; readonly seed: number; readonly validation: string; readonly values: readonly (string | number | null)[] }

export interface Deltas {
  readonly baselines: readonly TableBaseline[];
  /** Of a group of runs that are all of one experiment; else null for each metric. */
  ofGroup(members: readonly Facts[]): readonly (Delta | null)[];
  /** Of one run of a group: to its partner of the same seed where the group is paired, else to the baseline's mean. */
  ofRun(run: Facts, group: readonly Facts[]): readonly (number | null)[];
}

/** `baselines`: the runs of each experiment's baseline. `better` says for each metric which way is better. */
export function deltasTo(baselines: readonly (readonly Facts[])[], better: readonly ("higher" | "lower" | null)[]): Deltas {
  const held = new Map(baselines.flatMap((members) => (members[0] === undefined ? [] : [[members[0].experimentId, { members, ids: new Set(members.map(({ id }) => id)), samples: better.map((_, at) => counted(members, at)) }] as const])));
  const isSame = (a: readonly Facts[], b: readonly Facts[]): boolean => new Set([...a, ...b].map(({ validation }) => validation)).size === 1;
  const baselineOf = (members: readonly Facts[]) => (new Set(members.map(({ experimentId }) => experimentId)).size === 1 ? held.get(members[0]!.experimentId) : undefined);
  return {
    baselines: [...held].map(([experimentId, { members, samples }]) => ({
      experimentId, name: groupName(members.map(({ name }) => name)), runIds: members.map(({ id }) => id),
      floors: samples.map((of) => { const summary = summarize(of.map(({ value }) => value)); return { n: summary.n, half: halfWidth(summary) }; }),
    })),
    ofGroup(members) {
      const base = baselineOf(members);
      if (base === undefined || members.some(({ id }) => base.ids.has(id))) return better.map(() => null);
      return better.map((way, at) => deltaOf(base.samples[at]!, counted(members, at), { better: way, isSameValidation: isSame(base.members, members) }));
    },
    ofRun(run, group) {
      const base = baselineOf([run]);
      if (base === undefined || base.ids.has(run.id)) return better.map(() => null);
      return better.map((_, at) => {
        const [own] = counted([run], at);
        if (own === undefined || base.samples[at]!.length === 0) return null;
        const isPaired = deltaOf(base.samples[at]!, counted(group, at), { better: null, isSameValidation: isSame(base.members, group) })?.isPaired === true;
        const partner = isPaired ? base.samples[at]!.find(({ seed }) => seed === run.seed)?.value : undefined;
        return own.value - (partner ?? summarize(base.samples[at]!.map(({ value }) => value)).mean);
      });
    },
  };
}

/** Finished runs whose value is a number: what a mean is made of. */
const counted = (members: readonly Facts[], at: number): readonly Sample[] => members.flatMap(({ id, seed, state, values }) => { const value = values[at]; return state === "finished" && typeof value === "number" && Number.isFinite(value) ? [{ runId: id, seed, value, isCounted: true }] : []; });
