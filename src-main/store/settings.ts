/** The project's settings: one row each, defaults where there is none. */

import Sqlite from "better-sqlite3";
import type { Database } from "better-sqlite3";
import { defaultSettings } from "../contract/default-settings.ts";
import type { Settings } from "../contract/nouns.ts";
import type { Transactions } from "./transactions.ts";

/** What was measured once on this machine: good for this processor and this version of the kernels. */
export interface Tuning { readonly cpu: string; readonly version: string; readonly narrowTo: number }

/** Language and theme of a project that cannot be opened, as far as they can be read. */
export function settingsOfDamaged(file: string): Settings {
  try {
    const db = new Sqlite(file, { readonly: true });
    try { return withDefaults(db.prepare<[], Entry>("select name, value from setting where name in ('language', 'theme')").all()); } finally { db.close(); }
  } catch {
    return defaultSettings;
  }
}

export interface SettingStore {
  read(): Settings;
  /** Changes what is given, leaves the rest, returns the whole. */
  change(changes: Partial<Settings>): Settings;
  /** The measurement that was kept, if it was taken with this processor and version; null otherwise. */
  tuning(cpu: string, version: string): Tuning | null;
  keepTuning(tuning: Tuning): void;
}

export function settingStore(db: Database, { facts }: Transactions): SettingStore {
  const all = db.prepare<[], Entry>("select name, value from setting");
  const put = db.prepare("insert into setting (name, value) values (@name, @value) on conflict (name) do update set value = excluded.value");

  const read = (): Settings => withDefaults(all.all());

  return {
    read,
    change(changes) {
      facts(() => {
        for (const [name, value] of Object.entries(changes)) if (value !== undefined && Object.hasOwn(defaultSettings, name)) put.run({ name, value: JSON.stringify(value) });
      });
      return read();
    },
    tuning(cpu, version) {
      const row = all.all().find(({ name }) => name === "tuning");
      const kept = row === undefined ? null : JSON.parse(row.value) as Tuning;
      return kept !== null && kept.cpu === cpu && kept.version === version ? kept : null;
    },
    keepTuning(tuning) { facts(() => { put.run({ name: "tuning", value: JSON.stringify(tuning) }); }); },
  };
}

interface Entry { readonly name: string; readonly value: string }

function withDefaults(entries: readonly Entry[]): Settings {
  const kept = new Map(entries.map(({ name, value }) => [name, JSON.parse(value) as unknown]));
  return Object.fromEntries(Object.entries(defaultSettings).map(([name, value]) => [name, kept.has(name) ? kept.get(name) : value])) as unknown as Settings;
}
