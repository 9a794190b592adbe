/** `npm run test:long:sweep [TRIALS] [KILLS] [SEED]`: a sweep of 1,000 trials whose workers die at every fiftieth training and whose program is killed ten times, the same of populations, then one that is let live, for its memory. Throws at the first loss. */

import { disturbedSweep, memoryOfOneLife, slopePer100 } from "../support/sweep-rounds.ts";

const [trials = 1000, kills = 10, seed = 7] = process.argv.slice(2).map(Number);
const began = performance.now();
await disturbedSweep(trials, { kills, deathsEvery: 50, seed }, (line) => { console.log(line); });
console.log(`${trials} trials, ${kills} kills, a worker dead at every fiftieth training: each trial once, all as undisturbed, in ${Math.round((performance.now() - began) / 1000)} s`);
const members = 16 * Math.max(1, Math.round(trials / 100));
await disturbedSweep(members, { kills, deathsEvery: 20, seed, kind: "population" }, (line) => { console.log(line); });
console.log(`${members} members of generations, ${kills} kills, a worker dead at every twentieth training: each once, all as undisturbed`);
const memory = await memoryOfOneLife(trials, 50);
const slope = slopePer100(memory) / 2 ** 20;
console.log(`memory held by one life: ${slope.toFixed(2)} MB for each hundred trials (heap and buffers after collection); at the end ${(memory.at(-1)!.heldBytes / 2 ** 20).toFixed(0)} MB held, ${(memory.at(-1)!.rss / 2 ** 20).toFixed(0)} MB resident`);
if (slope > 1) throw new Error(`memory grows by ${slope.toFixed(2)} MB for each hundred trials; at most 1 MB`);
