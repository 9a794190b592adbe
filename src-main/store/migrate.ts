/** Brings a project to the newest version, one numbered step after another. Knows no table's meaning. */

import type { Database } from "better-sqlite3";
import { initial } from "./migrations/0001-initial.ts";
import { survive } from "./migrations/0002-survive.ts";
import { queue } from "./migrations/0003-queue.ts";
import { insight } from "./migrations/0004-insight.ts";
import { sweeps } from "./migrations/0005-sweeps.ts";
import { reports } from "./migrations/0006-reports.ts";
import { summaries } from "./migrations/0007-summaries.ts";
import { atHand } from "./migrations/0008-at-hand.ts";
import { populations } from "./migrations/0009-populations.ts";
import { foreign } from "./migrations/0010-foreign.ts";
import { identities } from "./migrations/0011-identities.ts";
import { archivedSweeps } from "./migrations/0012-archived-sweeps.ts";

/** In order; the n-th brings a project to version n. Only ever appended to. */
const migrations: readonly string[] = [initial, survive, queue, insight, sweeps, reports, summaries, atHand, populations, foreign, identities, archivedSweeps];

/** Rows of points older than this version are put into another form after the migration. */
export const firstArranged = 7;

/** The version this program writes. */
export const newestVersion = migrations.length;

/** "DSNT": how a project is told from any other SQLite file. */
export const applicationId = 0x44534e54;

/** Applies what is missing up to a version. Call it inside a transaction: a project is at one version or the next, never between. */
export function migrate(db: Database, to = newestVersion): void {
  const from = db.pragma("user_version", { simple: true }) as number;
  for (const sql of migrations.slice(from, to)) db.exec(sql);
  db.pragma(`application_id = ${applicationId}`);
  db.pragma(`user_version = ${to}`);
}
