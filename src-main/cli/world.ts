/** What the command line needs of the machine, handed in by main.ts so that tests can stand in for it. */

import type { Door } from "../server/door.ts";
import type { SqlAnswer } from "../store/sql.ts";
import type { ImportSource } from "../contract/imports.ts";
import type { Backup, Rescue } from "../contract/nouns.ts";
import type { WorkbenchService } from "../service/workbench.ts";

export interface World {
  /** One line for stdout. */
  out(line: string): void;
  /** Text for stderr, line ends included. */
  err(text: string): void;
  /** Columns of the terminal that stderr is, or null where it is none. */
  readonly columns: number | null;
  /** Milliseconds since 1970. */
  now(): number;
  /** Throws what the file system throws. */
  readFile(path: string): Uint8Array;
  /** A file, or what a folder holds of runs. Throws StoreError. */
  filesAt(place: string): ImportSource;
  /** Whether something bears that name already. */
  exists(path: string): boolean;
  /** Writes the whole file or nothing; replaces what was there. Rejects with StoreError. */
  writeFile(path: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** Opens the project with its workers; the usual one where no file is given. With `views` only to be read where another program owns it; with `trains` a thread is opened at once for the run that follows. Throws StoreError. */
  open(options: { project: string | undefined; parallel: number | undefined; door: "cli" | "server"; views?: boolean; trains?: boolean }): WorkbenchService;
  /** Puts a backup in the place of a project that is not open. Throws StoreError. */
  restoreBackup(project: string | undefined, name: string | null): { readonly backup: Backup; readonly keptAs: string | null };
  /** Puts what can be read of a project that is not open into a new one; beside it where no place is given. Throws StoreError. */
  rescue(project: string | undefined, into: string | undefined): Rescue;
  /** One reading SQL statement about a project, whoever has it open. Rejects with StoreError. */
  readSql(project: string | undefined, sql: string, limits: { readonly most: number; readonly limitMs: number }): Promise<SqlAnswer>;
  openDoor(service: WorkbenchService, options: { port: number; shouldOpen: boolean }): Promise<Door>;
  /** Calls the listener at the first Ctrl-C or the system's request to end; the second is none of ours. Returns "stop listening". */
  onInterrupt(listener: (signal: "SIGINT" | "SIGTERM") => void): () => void;
}
