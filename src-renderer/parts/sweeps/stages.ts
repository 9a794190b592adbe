/** The tree of stages a sweep belongs to. Pure. */

interface Stage { readonly id: string; readonly parentId: string | null; readonly createdMs: number }

/** From the first stage down, each before its children, with its depth; of a parent that is gone the child begins the tree. */
export function stagesOf<S extends Stage>(id: string, sweeps: readonly S[]): readonly { readonly sweep: S; readonly depth: number }[] {
  const byId = new Map(sweeps.map((one) => [one.id, one]));
  let root = byId.get(id);
  const seen = new Set<string>();
  while (root !== undefined && root.parentId !== null && byId.has(root.parentId) && !seen.has(root.id)) { seen.add(root.id); root = byId.get(root.parentId); }
  const walk = (sweep: S, depth: number, path: readonly string[]): { sweep: S; depth: number }[] =>
    path.includes(sweep.id) ? [] : [{ sweep, depth }, ...sweeps.filter(({ parentId }) => parentId === sweep.id).sort((a, b) => a.createdMs - b.createdMs).flatMap((child) => walk(child, depth + 1, [...path, sweep.id]))];
  return root === undefined ? [] : walk(root, 0, []);
}

/** What a stage after one of this name is called after, and which it is: "digits · stage 2" is followed by the third stage of "digits". */
export function nextStage(name: string, called: (base: string, stage: string) => string): { readonly base: string; readonly stage: number } {
  const [before = "", after = ""] = called("\n", "\t").split("\t").map((part) => part.replace("\n", ""));
  const match = new RegExp(`^(.*)${escaped(before)}(\\d+)${escaped(after)}$`).exec(name);
  return match === null ? { base: name, stage: 2 } : { base: match[1]!, stage: Number(match[2]) + 1 };
}
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Which stage a sweep is: 1 where nothing lies before it. */
export const stageOf = (id: string, sweeps: readonly Stage[]): number => (stagesOf(id, sweeps).find(({ sweep }) => sweep.id === id)?.depth ?? 0) + 1;
