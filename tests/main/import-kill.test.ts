/** Killed at any moment, an import leaves whole runs and no others: three rounds of a capsule here; more, and of another program's file, by `npm run test:long`. */

import { expect, it } from "vitest";
import { importKills } from "../support/import-kills.ts";

it("a capsule, begun three times and killed with SIGKILL, at a write or at any moment, is there as a whole or not at all; begun again nothing is missing or twice", { timeout: 200_000 }, async () => {
  const { killed, completed } = await importKills(3, 3, ["capsule"]);
  expect(killed).toBeGreaterThan(0);
  expect(completed).toBeGreaterThan(0);
});
