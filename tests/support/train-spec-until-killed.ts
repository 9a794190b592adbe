/** A program of its own that trains the spec given as its second argument in the project given as its first, and prints the newest step and the number of kept states after each commit, until it is killed. */

import { openWorkbench, start } from "./workbench.ts";

const workbench = openWorkbench(process.argv[2]!);
const runId = await start(workbench, JSON.parse(process.argv[3]!));
for await (const event of workbench.watchRun({ runId, since: 0 })) if (event.kind === "progress" && event.run.step > 0) console.log(event.run.step, (await workbench.listCheckpoints({ runId })).length);
