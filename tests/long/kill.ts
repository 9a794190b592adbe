/** `npm run test:long [ROUNDS] [SEED]`: the kill script, 500 rounds where no number is given; imports that are killed, a fifth as often; then the faults of machines in long rounds. Prints what it did; throws at the first loss. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { importKills } from "../support/import-kills.ts";
import { killRounds } from "../support/kill-rounds.ts";

const [rounds = 500, seed = 7] = process.argv.slice(2).map(Number);
const began = performance.now();
const { atCheckpoints, finished, resumes, acknowledged } = await killRounds(rounds, seed, (line) => { console.log(line); });
console.log(`${rounds} kills in ${Math.round((performance.now() - began) / 1000)} s: ${atCheckpoints} while a checkpoint was written, ${resumes} resumed, ${finished} runs came to the uninterrupted end, ${acknowledged} steps acknowledged, none lost.`);
const imports = await importKills(Math.ceil(rounds / 5), seed);
console.log(`${2 * Math.ceil(rounds / 5)} imports begun: ${imports.killed} killed, ${imports.partly} of them with some runs there and others not yet, ${imports.completed} completed, no run torn, missing or twice.`);

// What machines do to a project, in as many rounds as were promised.
const launcher = join(import.meta.dirname, "..", "..", "scripts", "run.mjs");
const { status } = spawnSync(process.execPath, [launcher, "vitest", "run", "tests/main/machine-faults.test.ts", "tests/main/rescue.test.ts", "tests/main/faults.test.ts"], { stdio: "inherit", env: { ...process.env, DESCENT_LONG: "1" } });
process.exitCode = status ?? 1;
