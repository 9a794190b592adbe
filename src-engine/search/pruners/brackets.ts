/** Tables of successive halving and Hyperband: how many trials go how far. Arithmetic only. */

/** One round: n trials train to r epochs (counted from their start), the best `keep` of them go on; the last round keeps none. */
export interface Round { readonly n: number; readonly r: number; readonly keep: number }

/** Rounds from n trials at r epochs: keep ⌊n/η⌋ and give them η times the epochs, until none is left or they would pass `most`. Jamieson & Talwalkar, AISTATS 2016. */
export function halvingRounds(n: number, r: number, eta: number, most: number): Round[] {
  const rounds: Round[] = [];
  for (let left = n, epochs = r; left > 0 && epochs <= most; left = Math.floor(left / eta), epochs *= eta) rounds.push({ n: left, r: epochs, keep: Math.floor(left / eta) });
  return rounds;
}

/** The largest s with ηˢ ≤ x, by whole numbers: ⌊ln 243 / ln 3⌋ would be 4. */
export function wholeLog(x: number, eta: number): number {
  let s = 0;
  for (let power = eta; power <= x; power *= eta) s++;
  return s;
}

/** ηᵏ by multiplying, exact as long as it is below 2⁵³. */
export function wholePower(eta: number, k: number): number {
  let power = 1;
  for (let i = 0; i < k; i++) power *= eta;
  return power;
}

/** One of Hyperband's brackets: s halvings of n trials. */
export interface Bracket { readonly s: number; readonly n: number; readonly rounds: readonly Round[] }

/**
 * Hyperband's brackets for budgets 1 … R, from the one with most trials to the one whose trials all run to the end: n = ⌈(s_max + 1)/(s + 1) ηˢ⌉ trials,
 * round i has ⌊n η⁻ⁱ⌋ at R η^(i − s) (rounded down to whole epochs). Li et al., JMLR 18 (2018), algorithm 1.
 */
export function hyperbandBrackets(R: number, eta: number): Bracket[] {
  const most = wholeLog(R, eta);
  return Array.from({ length: most + 1 }, (_, i) => {
    const s = most - i, power = wholePower(eta, s);
    const n = Math.ceil((most + 1) * power / (s + 1));
    const rounds = Array.from({ length: s + 1 }, (__, k) => ({ n: Math.floor(n / wholePower(eta, k)), r: Math.max(1, Math.floor(R * wholePower(eta, k) / power)), keep: k === s ? 0 : Math.floor(n / wholePower(eta, k + 1)) }));
    return { s, n, rounds };
  });
}

/** The trials that are halved together: numbers first … first + size − 1, their rungs in epochs with how many go on from each. */
export interface Cohort { readonly first: number; readonly size: number; readonly rungs: readonly { readonly epochs: number; readonly keep: number }[] }

/**
 * The cohort of a trial. Successive halving: ηᵏ trials, as many rounds as fit between `least` and `most` epochs; Hyperband: one bracket after the other, round
 * and round. The sweep's last cohort may be smaller; each rung lets at least one go on.
 */
export function cohortOf(number: number, kind: "successiveHalving" | "hyperband", { eta, least }: { readonly eta: number; readonly least: number }, most: number, trials: number): Cohort {
  const levels = wholeLog(most / least, eta);
  const tables = kind === "hyperband" ? hyperbandBrackets(Math.floor(most / least), eta).map(({ s, n }) => ({ size: n, levels: s })) : [{ size: wholePower(eta, levels), levels }];
  let first = 1;
  for (let i = 0; ; i = (i + 1) % tables.length) {
    const table = tables[i];
    const last = first + table.size - 1;
    if (number > last) { first = last + 1; continue; }
    const size = Math.max(1, Math.min(table.size, trials - first + 1));
    const rungs = Array.from({ length: table.levels }, (_, k) => ({ epochs: Math.max(1, Math.floor(most / wholePower(eta, table.levels - k))), keep: Math.max(1, Math.floor(size / wholePower(eta, k + 1))) }));
    return { first, size, rungs };
  }
}
