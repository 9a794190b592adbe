/** The budget of a draft: what it holds for, and that leaving, or asking again, ends what is under way. */

import { expect, it } from "vitest";
import type { Budget, BudgetEvent } from "../../src-main/contract/budget.ts";
import { DraftBudget } from "../../src-renderer/state/budget.svelte.ts";

const budget = { epochs: 10 } as Budget;
const draft = { name: "a", seed: 1, seeds: 1, optimizer: { kind: "adam" }, train: { epochs: 10, batchSize: 32 } };
const bench = (events: readonly BudgetEvent[] | Error, left = { n: 0 }) => ({
  left,
  async *planBudget() {
    try {
      if (events instanceof Error) throw events;
      for (const event of events) { await Promise.resolve(); yield event; }
    } finally { left.n++; }
  },
});

it("holds for other epochs, seeds and names, and for no other setting", async () => {
  const plan = new DraftBudget();
  expect(plan.holdsFor(draft)).toBe(false);
  await plan.measure(bench([{ kind: "progress", share: 0.5, steps: 3 }, { kind: "budget", budget }]), draft);
  expect([plan.budget, plan.share, plan.failure]).toEqual([budget, null, null]);
  const others = [draft, { ...draft, name: "b", seed: 9, seeds: 5 }, { ...draft, train: { epochs: 99, batchSize: 32 } }, { ...draft, train: { epochs: 10, batchSize: 64 } }, { ...draft, optimizer: { kind: "sgd" } }];
  expect(others.map((one) => plan.holdsFor(one))).toEqual([true, true, true, false, false]);
});

it("a failure is told, and what was found before stays", async () => {
  const plan = new DraftBudget();
  await plan.measure(bench([{ kind: "budget", budget }]), draft);
  await plan.measure(bench(new Error("no")), draft);
  expect([plan.failure?.message, plan.budget, plan.share]).toEqual(["no", budget, null]);
});

it("left, it ends the probe and takes nothing of it", async () => {
  const plan = new DraftBudget();
  const service = bench([{ kind: "progress", share: 0.5, steps: 3 }, { kind: "progress", share: 0.6, steps: 4 }, { kind: "budget", budget }]);
  const measured = plan.measure(service, draft);
  plan.leave();
  await measured;
  expect([plan.budget, plan.share, service.left.n]).toEqual([null, null, 1]);
});
