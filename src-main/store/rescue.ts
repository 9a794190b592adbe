/** What can be read of a damaged project, in a new one beside it. The damaged files are only read. */

import { createHash } from "node:crypto";
import { closeSync, copyFileSync, existsSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import type { Database } from "better-sqlite3";
import { StoreError } from "../contract/errors.ts";
import type { Rescue } from "../contract/nouns.ts";
import { firstArranged, migrate, newestVersion } from "./migrate.ts";
import { filesFolder } from "./place.ts";
import { salvage } from "./salvage.ts";
import type { Salvage, SalvagedRow, Value } from "./salvage.ts";
import { seriesStore } from "./series.ts";
import { asStoreError } from "./trouble.ts";

/** `NAME.rescued.descent` beside the damaged file, or the first such name with a number that is free. */
export function rescuePlace(file: string): string {
  const place = (n: number): string => `${file.replace(/\.descent$/i, "")}.rescued${n === 1 ? "" : `-${n}`}.descent`;
  let n = 1;
  while (existsSync(place(n))) n++;
  return place(n);
}

/**
 * Reads `file` page by page and puts what makes sense into a new project at `into`: runs, curves, checkpoints whose files are whole, data, notes. Rows that contradict
 * the schema or name what is gone are left out; curves of runs without a record go to a CSV file. Throws StoreError, and then nothing was made.
 */
export function rescueProject(file: string, into = rescuePlace(resolve(file))): Rescue {
  const path = resolve(file);
  if (existsSync(into)) throw new StoreError("exists", `${into} exists already`, { file: into }, "Choose another name with --into.");
  const aside = `${into}.tmp`;
  try {
    using damaged = salvage(path);
    const version = damaged.version >= 1 && damaged.version <= newestVersion ? damaged.version : newestVersion;
    rmSync(aside, { force: true });
    const db = new Sqlite(aside);
    let found: Omit<Rescue, "file">;
    try {
      db.pragma("auto_vacuum = incremental");
      db.pragma("foreign_keys = off");
      db.transaction(() => { migrate(db, version); })();
      found = db.transaction(() => fill(db, damaged, version, filesFolder(path), into))();
      db.pragma("journal_mode = delete");
    } finally {
      db.close();
    }
    renameSync(aside, into);
    return { file: into, ...found };
  } catch (error) {
    rmSync(aside, { force: true });
    rmSync(filesFolder(into), { recursive: true, force: true });
    throw asStoreError(error, path);
  }
}

/** A table of the schema, and how one of its rows stands in a page. */
interface Table { readonly name: string; readonly isKeyed: boolean; readonly columns: readonly Column[] }
interface Column { readonly name: string; readonly type: string; readonly isNotNull: boolean; readonly fallback: string | null; readonly isRowid: boolean }

function fill(db: Database, damaged: Salvage, version: number, oldFiles: string, into: string): Omit<Rescue, "file"> {
  const tables = tablesOf(db).filter(({ name }) => !["owner", "series_summary", "sqlite_sequence"].includes(name));
  const inserts = new Map(tables.map(({ name, columns }) => [name, db.prepare(`insert or ignore into ${name} (${columns.map((one) => one.name).join(", ")}) values (${columns.map(() => "?").join(", ")})`)]));
  const roots = rootsOf(damaged);
  for (const row of damaged.rows()) {
    const table = row.root !== null && roots.has(row.root) ? tables.find(({ name }) => name === roots.get(row.root!)) : onlyFit(tables, row);
    const values = table === undefined ? null : fitted(table, row);
    // The schema's own checks may still refuse it.
    if (values !== null) try { inserts.get(table!.name)!.run(values); } catch (error) { if (!(error instanceof Sqlite.SqliteError) || !error.code.startsWith("SQLITE_CONSTRAINT")) throw error; }
  }
  db.exec(/* sql */ `
    insert into experiment (number, name, question, created_ms) select distinct experiment, 'rescued ' || experiment, '', 0 from run where experiment not in (select number from experiment);
    insert into metric (number, name) select distinct metric, 'rescued/' || metric from series where metric not in (select number from metric)`);
  const nameless = setAside(db, into.replace(/\.descent$/i, "-nameless.csv"));
  dropOrphans(db, tables);
  if (version >= firstArranged) seriesStore(db).arrange();
  const states = keepFiles(db, version, oldFiles, filesFolder(into));
  const count = (sql: string): number => db.prepare(sql).pluck().get() as number;
  return {
    runs: count("select count(*) from run"),
    incomplete: count("select count(*) from run r where r.step > coalesce((select sum(points) from series s join metric m on m.number = s.metric where s.run = r.number and m.name = 'batch/loss'), 0)"),
    points: count("select coalesce(sum(points), 0) from series"), ...states, nameless, pages: damaged.pages, unreadablePages: damaged.unreadable,
  };
}

function tablesOf(db: Database): readonly Table[] {
  const names = db.prepare<[], { name: string; sql: string }>("select name, sql from sqlite_schema where type = 'table'").all();
  return names.map(({ name, sql }) => {
    const isKeyed = /without\s+rowid/i.test(sql);
    const columns = db.prepare<[string], { name: string; type: string; notnull: number; dflt_value: string | null; pk: number }>(`select name, type, "notnull", dflt_value, pk from pragma_table_info(?)`).all(name);
    const keys = columns.filter(({ pk }) => pk > 0);
    const isAlias = ({ pk, type }: { pk: number; type: string }): boolean => !isKeyed && pk === 1 && keys.length === 1 && type.toLowerCase() === "integer";
    // A tree without rowids has its key's columns first.
    const order = isKeyed ? [...keys.toSorted((a, b) => a.pk - b.pk), ...columns.filter(({ pk }) => pk === 0)] : columns;
    return { name, isKeyed, columns: order.map((one) => ({ name: one.name, type: one.type.toLowerCase(), isNotNull: one.notnull === 1, fallback: one.dflt_value, isRowid: isAlias(one) })) };
  });
}

/** Which table begins at which page, as the damaged file's own schema says, where it can be read. */
function rootsOf(damaged: Salvage): ReadonlyMap<number, string> {
  const roots = new Map<number, string>();
  for (const { values: [type, name, , at] } of damaged.rows(1)) {
    if (type === "table" && typeof name === "string" && typeof at === "number") roots.set(at, name);
  }
  return roots;
}

/** The one table whose shape a row has; none where several have it. */
function onlyFit(tables: readonly Table[], row: SalvagedRow): Table | undefined {
  const fits = tables.filter((table) => fitted(table, row) !== null);
  return fits.length === 1 ? fits[0] : undefined;
}

/** The row's values in the order of the table's columns, later columns with their defaults; null where it has another shape. */
function fitted({ isKeyed, columns }: Table, { kind, rowid, values }: SalvagedRow): readonly Value[] | null {
  if (isKeyed !== (kind === "key") || values.length > columns.length || values.length === 0) return null;
  const whole = columns.map((column, i): Value | undefined => {
    if (column.isRowid) return rowid;
    const value = i < values.length ? values[i]! : defaultOf(column.fallback);
    if (value === null) return column.isNotNull ? undefined : null;
    const isFine = column.type === "any" || (column.type === "integer" && typeof value === "number" && Number.isInteger(value)) || (column.type === "real" && typeof value === "number")
      || (column.type === "text" && typeof value === "string") || (column.type === "blob" && value instanceof Uint8Array);
    return isFine ? value : undefined;
  });
  return whole.every((value): value is Value => value !== undefined) ? whole : null;
}

/** Defaults of this schema are numbers and quoted texts. */
const defaultOf = (text: string | null): Value => (text === null ? null : text.startsWith("'") ? text.slice(1, -1).replaceAll("''", "'") : Number(text));

/** Curves of runs that have no record, as CSV; they cannot stand in a project. */
function setAside(db: Database, file: string): Rescue["nameless"] {
  const rows = db.prepare<[], { run: number; name: string; from_step: number; points: number; steps: Buffer | null; numbers: Buffer }>(/* sql */ `
    select s.run, m.name, s.from_step, s.points, s.steps, s.numbers from series s join metric m on m.number = s.metric where s.run not in (select number from run) order by s.run, m.name, s.from_step`);
  let handle: number | null = null;
  let points = 0;
  for (const row of rows.iterate()) {
    handle ??= openSync(file, "w");
    if (points === 0) writeSync(handle, "run,metric,step,value\r\n");
    const lines = Array.from({ length: row.points }, (_, i) => `r-${row.run},${row.name},${row.steps?.readDoubleLE(8 * i) ?? row.from_step + i},${row.numbers.readDoubleLE(8 * i)}\r\n`);
    writeSync(handle, lines.join(""));
    points += row.points;
  }
  if (handle !== null) closeSync(handle);
  return handle === null ? null : { points, file };
}

/** Rows that name a row which is gone. Again, until none does: letting go of one may leave others. */
function dropOrphans(db: Database, tables: readonly Table[]): void {
  const keys = tables.flatMap(({ name }) => db.prepare<[string], { table: string; from: string; to: string }>(`select "table", "from", "to" from pragma_foreign_key_list(?)`).all(name).map((key) => ({ name, ...key })));
  const drops = keys.map(({ name, table, from, to }) => db.prepare(`delete from ${name} where ${from} is not null and ${from} not in (select ${to} from ${table})`));
  while (drops.some((drop) => drop.run().changes > 0));
}

/** Checkpoints and data go along, as links where the disk has them; a checkpoint whose file is not what its row says loses the row. */
function keepFiles(db: Database, version: number, from: string, to: string): Pick<Rescue, "checkpoints" | "lostCheckpoints"> {
  const table = version === 1 ? "checkpoint" : "saved_state";
  let [checkpoints, lostCheckpoints] = [0, 0];
  for (const { file, hash } of db.prepare<[], { file: string; hash: string }>(`select distinct file, hash from ${table}`).all()) {
    // A name that a damaged row made up leads nowhere else.
    const isWhole = /^runs\/r-\d+\/[\w.-]+$/.test(file) && existsSync(join(from, file)) && createHash("sha256").update(readFileSync(join(from, file))).digest("hex") === hash;
    if (isWhole) take(join(from, file), join(to, file));
    else db.prepare(`delete from ${table} where file = ?`).run(file);
    if (isWhole) checkpoints++;
    else lostCheckpoints++;
  }
  for (const hash of db.prepare<[], string>("select hash from source_file").pluck().all()) {
    const name = `${hash}.csv`;
    if (/^[0-9a-f]{64}\.csv$/.test(name) && existsSync(join(from, "data", name))) take(join(from, "data", name), join(to, "data", name));
    else db.prepare("delete from source_file where hash = ?").run(hash);
  }
  return { checkpoints, lostCheckpoints };
}

function take(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try { linkSync(from, to); } catch { copyFileSync(from, to); }
}
