/** Several objectives at once: who beats whom, the front, and how much of the space it covers. All losses are to be made small; knows numbers only. */

/** Whether a is nowhere worse than b and somewhere better. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  return a.every((x, i) => x <= b[i]) && a.some((x, i) => x < b[i]);
}

/** Fronts of indices: the first holds those that nobody dominates, the second those that only the first does, and so on (Deb et al. 2002, non-dominated sorting). Equal points share a front. */
export function fronts(losses: readonly (readonly number[])[]): number[][] {
  const worse: number[][] = losses.map(() => []);
  const above = losses.map(() => 0);
  losses.forEach((one, i) => losses.forEach((other, j) => { if (dominates(one, other)) { worse[i].push(j); above[j]++; } }));
  const found: number[][] = [];
  for (let front = losses.flatMap((_, i) => above[i] === 0 ? [i] : []); front.length > 0;) {
    found.push(front);
    const next = front.flatMap((i) => worse[i].filter((j) => --above[j] === 0));
    front = next.sort((a, b) => a - b);
  }
  return found;
}

/** The indices of the points that no other dominates. */
export function paretoFront(losses: readonly (readonly number[])[]): number[] {
  return losses.flatMap((one, i) => losses.some((other) => dominates(other, one)) ? [] : [i]);
}

/** How far each point of a front is from its neighbours, summed over the objectives, each divided by its range; ∞ at the ends (Deb et al. 2002). */
export function crowding(losses: readonly (readonly number[])[]): number[] {
  const distances = losses.map(() => 0);
  for (let k = 0; k < (losses[0]?.length ?? 0); k++) {
    const order = losses.map((_, i) => i).sort((a, b) => losses[a][k] - losses[b][k] || a - b);
    const range = losses[order[order.length - 1]][k] - losses[order[0]][k];
    distances[order[0]] = distances[order[order.length - 1]] = Number.POSITIVE_INFINITY;
    if (range > 0) for (let i = 1; i + 1 < order.length; i++) distances[order[i]] += (losses[order[i + 1]][k] - losses[order[i - 1]][k]) / range;
  }
  return distances;
}

/**
 * The volume of what the points dominate, up to a reference point that is worse than all that counts; points beyond it add nothing. Exact, by slicing along
 * the last objective: fine for a few objectives and some hundred points. Zitzler & Thiele, PPSN 1998.
 */
export function hypervolume(losses: readonly (readonly number[])[], reference: readonly number[]): number {
  const inside = losses.filter((one) => one.every((x, i) => x < reference[i]));
  const last = reference.length - 1;
  if (inside.length === 0) return 0;
  if (last === 0) return reference[0] - Math.min(...inside.map(([x]) => x));
  const cuts = [...new Set(inside.map((one) => one[last]))].sort((a, b) => a - b);
  return cuts.reduce((volume, from, i) => {
    const to = cuts[i + 1] ?? reference[last];
    const layer = inside.filter((one) => one[last] <= from).map((one) => one.slice(0, last));
    return volume + (to - from) * hypervolume(layer.filter((_, k) => !layer.some((other) => dominates(other, layer[k]))), reference.slice(0, last));
  }, 0);
}
