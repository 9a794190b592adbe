/** A program of its own that trains in the project given as its argument and prints the newest step after each commit, until it is killed. */

import { endlessSpec, openWorkbench } from "./workbench.ts";

const workbench = openWorkbench(process.argv[2]!, { parallel: 2 });
const { runIds } = await workbench.startRun({ experimentId: null, spec: { ...endlessSpec, seeds: 3 } });
for await (const event of workbench.watchRun({ runId: runIds[0]!, since: 0 })) if (event.kind === "progress" && event.run.step > 0) console.log(event.run.step);
