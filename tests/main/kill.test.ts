/** Killed at any moment, a project loses nothing it acknowledged: 20 rounds here, 500 by `npm run test:long`. */

import { expect, it } from "vitest";
import { killRounds } from "../support/kill-rounds.ts";

it("20 kills with SIGKILL, half aimed at checkpoint writes: every acknowledged step once, no run left alive, no checkpoint torn, and every end is the uninterrupted one", { timeout: 400_000 }, async () => {
  const { atCheckpoints, rounds, resumes } = await killRounds(20, 1);
  expect(rounds).toBe(20);
  expect(atCheckpoints).toBeGreaterThan(2);
  expect(resumes).toBeGreaterThan(5);
});
