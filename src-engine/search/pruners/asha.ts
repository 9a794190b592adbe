/** Asynchronous successive halving, in both its forms: stop at a rung unless among the best, or promote whenever somebody is. */

import { byLoss, length, lossAt } from "../curve.ts";
import type { Pruner } from "../curve.ts";
import { wholeLog, wholePower } from "./brackets.ts";

/**
 * At each rung (least · ηᵏ epochs) stops a trial that is not among the best ⌊n/η⌋, at least one, of the n that have been there, itself included. Silent while there
 * are fewer than η. The stopping form never pauses a trial, so none needs to be resumed.
 */
export const asha: Pruner<{ readonly eta: number; readonly least: number }> = ({ mine, others, most, options: { eta, least } }) => {
  const epoch = length(mine);
  const isRung = Array.from({ length: wholeLog(most / least, eta) + 1 }, (_, k) => least * wholePower(eta, k)).some((rung) => rung === epoch && rung < most);
  if (!isRung) return "go";
  const rivals = others.flatMap((other) => { const loss = lossAt(other, epoch); return loss === undefined ? [] : [{ loss, number: other.number }]; });
  if (rivals.length + 1 < eta) return "go";
  const me = { loss: lossAt(mine, epoch)!, number: mine.number };
  const better = rivals.filter((rival) => byLoss(rival, me) < 0).length;
  return better < Math.max(1, Math.floor((rivals.length + 1) / eta)) ? "go" : "stop";
};

/** What a free worker should do: begin a trial, or take one up to the next rung. */
export interface Promotion { readonly action: "new" | "promote"; readonly trial: number; readonly rung: number }

/**
 * The promoting form (Li et al. 2020, algorithm 2): from the second highest rung down, the best ⌊n/η⌋ of a rung's n results that has not been promoted from it
 * goes up; otherwise a new trial begins, with the number `begun`. `results` are what has come in so far, `promoted` who has left which rung upwards.
 * A loss that is not finite is never promoted.
 */
export function promote(results: readonly { readonly trial: number; readonly rung: number; readonly loss: number }[], promoted: readonly { readonly trial: number; readonly rung: number }[], begun: number, { eta, top }: { readonly eta: number; readonly top: number }): Promotion {
  for (let rung = top - 1; rung >= 0; rung--) {
    const here = results.filter((one) => one.rung === rung).map(({ trial, loss }) => ({ number: trial, loss: Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY })).sort(byLoss);
    const next = here.slice(0, Math.floor(here.length / eta)).find(({ number, loss }) => Number.isFinite(loss) && !promoted.some((one) => one.rung === rung && one.trial === number));
    if (next !== undefined) return { action: "promote", trial: next.number, rung: rung + 1 };
  }
  return { action: "new", trial: begun, rung: 0 };
}
