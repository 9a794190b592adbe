/** How a project stands, and what a rescue brought, in lines for a terminal. Pure. */

import type { ProjectHealth, Rescue } from "../contract/nouns.ts";
import { bytes, table, tame } from "./print.ts";

/** Whether nothing is lost or damaged. Files that no record names are litter, not damage. */
export const soundness = ({ faults, broken, missing, backups }: ProjectHealth): boolean => faults.length === 0 && broken === 0 && missing.length === 0 && backups.every(({ isWhole }) => isWhole);

export function healthLines(health: ProjectHealth): readonly string[] {
  const { owner, faults, broken, missing, orphans, backups, durability } = health;
  const whole = backups.filter(({ isWhole }) => isWhole).length;
  const process = owner === null ? "nobody" : `process ${owner.pid}, since ${new Date(owner.sinceMs).toISOString().slice(0, 16).replace("T", " ")} UTC${owner.isAlive ? "" : ", which has ended"}`;
  return [
    ...table([
      ["project", health.file],
      ["database", `${faults.length === 0 && broken === 0 ? "whole" : "NOT WHOLE"}, ${bytes(health.databaseBytes)}, version ${health.version}, SQLite ${health.sqlite}`],
      ["write-ahead log", `${bytes(health.logBytes)}${health.isLogHeld ? "; a program that reads the project for long keeps it from shrinking: close that one" : ""}`],
      ["commits", `${durability.journal}; facts synced at once (${durability.facts}), curves by and by (${durability.metrics})`],
      ["open in", process],
      ["files", missing.length === 0 ? "all that records name are there" : `${missing.length} GONE OR CHANGED`],
      ["without a record", `${orphans.files} files, ${bytes(orphans.bytes)}${orphans.files > 0 && owner !== null ? "; the owner removes them when it opens the project" : ""}`],
      ["backups", backups.length === 0 ? "none" : `${whole} of ${backups.length} open whole; the newest of ${new Date(backups[0]!.atMs).toISOString().slice(0, 16).replace("T", " ")} UTC`],
      ["free on this disk", health.freeBytes === null ? "not known" : bytes(health.freeBytes)],
    ]).map(tame),
    ...faults.map((fault) => tame(`  ${fault}`)),
    ...(broken > 0 ? [`  ${broken} rows name rows that are not there`] : []),
    ...missing.map((name) => tame(`  ${name} is gone or has another size`)),
    ...backups.filter(({ isWhole }) => !isWhole).map(({ name }) => tame(`  the backup ${name} is not whole`)),
    ...(faults.length > 0 ? ["To go back to a backup: descent backup --restore. To save what can be read: descent rescue"] : []),
  ];
}

export function rescueLines({ file, runs, incomplete, points, checkpoints, lostCheckpoints, nameless, pages, unreadablePages }: Rescue): readonly string[] {
  return [
    `${runs} ${runs === 1 ? "run" : "runs"}, ${points} points and ${checkpoints} checkpoints are in ${tame(file)}`,
    ...(incomplete > 0 ? [`${incomplete} of the runs miss points`] : []),
    ...(lostCheckpoints > 0 ? [`${lostCheckpoints} checkpoints are lost: their file is gone or not what was recorded`] : []),
    ...(nameless === null ? [] : [`${nameless.points} points of runs without a record are in ${tame(nameless.file)}`]),
    `${unreadablePages} of ${pages} pages could not be read. The damaged file is as it was.`,
  ];
}
