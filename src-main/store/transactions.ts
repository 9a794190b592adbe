/** Two kinds of commit. Facts survive a power cut; metrics may lose their last moments in one, never in a crash of the program. */

import type { Database } from "better-sqlite3";
import { asStoreError } from "./trouble.ts";

export interface Transactions {
  /** Measurements, and what could be found out again from facts: committed at once, synced by and by (`synchronous = normal`), at the latest with the next fact. */
  metrics<T>(work: () => T): T;
  /** A run's state, a checkpoint's row, an imported file, a setting: synced before this returns (`synchronous = full`). */
  facts<T>(work: () => T): T;
  /** Called before each step of writing a file of its own: where a test lets a disk fail. */
  file(): void;
}

/** Called before each commit's work and each step of a file; a test throws here what a disk might say. */
export type Fault = (kind: keyof Transactions) => void;

/** Both run `work` in one immediate transaction, undone when it throws; SQLite's errors come out as StoreError. */
export function transactions(db: Database, fault: Fault = () => {}): Transactions {
  const inOne = <T>(kind: "metrics" | "facts", work: () => T): T => {
    try {
      fault(kind);
      return db.transaction(work).immediate();
    } catch (error) { throw asStoreError(error, db.name); }
  };
  return {
    file() { fault("file"); },
    metrics: (work) => inOne("metrics", work),
    facts(work) {
      db.pragma("synchronous = full");
      try { return inOne("facts", work); } finally { db.pragma("synchronous = normal"); }
    },
  };
}
