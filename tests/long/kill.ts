/** `npm run test:long [ROUNDS] [SEED]`: the kill script, 500 rounds where no number is given. Prints what it did; throws at the first loss. */

import { killRounds } from "../support/kill-rounds.ts";

const [rounds = 500, seed = 7] = process.argv.slice(2).map(Number);
const began = performance.now();
const { atCheckpoints, finished, resumes, acknowledged } = await killRounds(rounds, seed, (line) => { console.log(line); });
console.log(`${rounds} kills in ${Math.round((performance.now() - began) / 1000)} s: ${atCheckpoints} while a checkpoint was written, ${resumes} resumed, ${finished} runs came to the uninterrupted end, ${acknowledged} steps acknowledged, none lost.`);
