/** A backup a day while the project is open. A failure is a warning, never the end of the program. */

import type { BackupStore } from "../store/backups.ts";

const dayMs = 86_400_000;
/** How often it is looked whether a day has passed: a computer that slept does not make up for what it missed. */
const lookMs = 600_000;

/** runs: whether there is anything worth keeping. Begins at once with the first look. */
export function dailyBackups({ backups, runs, now }: { readonly backups: BackupStore; readonly runs: () => number; readonly now: () => number }): { close(): Promise<void> } {
  let making: Promise<void> = Promise.resolve();
  function look(): void {
    const newest = backups.list()[0]?.atMs ?? -Infinity;
    const passed = now() - newest;
    // A clock set back would otherwise wait for the day it knows to come again.
    if (runs() === 0 || (passed < dayMs && passed >= 0)) return;
    making = making.then(async () => { await backups.make(now()); }).catch((error: unknown) => { process.emitWarning(`the daily backup could not be made: ${(error as Error).message}`); });
  }
  look();
  const timer = setInterval(look, lookMs);
  timer.unref();
  return {
    async close() {
      clearInterval(timer);
      await making;
    },
  };
}
