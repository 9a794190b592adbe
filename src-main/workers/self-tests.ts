/** Which self-tests of the native kernels this machine has passed: one short text file in the application's folder. Losing it costs a test, nothing else. */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { SelfTestMemory } from "../../src-engine/node.ts";

/** The newest marks that are kept: versions come and go on one machine. */
const most = 20;

export function selfTestsIn(file: string): SelfTestMemory {
  const marks = (): readonly string[] => { try { return readFileSync(file, "utf8").split("\n").filter((line) => line !== ""); } catch { return []; } };
  return {
    has: (mark) => marks().includes(mark),
    keep(mark) {
      // A folder that cannot be written is no reason to do without the kernels.
      try {
        mkdirSync(dirname(file), { recursive: true });
        const aside = `${file}.${process.pid}.tmp`;
        writeFileSync(aside, [...marks(), mark].slice(-most).map((line) => `${line}\n`).join(""));
        renameSync(aside, file);
      } catch { /* The test is made again at the next start. */ }
    },
  };
}
