/** The project's settings: one row each, defaults where there is none. */

import type { Database } from "better-sqlite3";
import type { Settings } from "../contract/nouns.ts";
import type { Transactions } from "./transactions.ts";

const defaults: Settings = { parallel: null, language: "en", theme: "system", runTable: null, views: [], charts: {} };

export interface SettingStore {
  read(): Settings;
  /** Changes what is given, leaves the rest, returns the whole. */
  change(changes: Partial<Settings>): Settings;
}

export function settingStore(db: Database, { facts }: Transactions): SettingStore {
  const all = db.prepare<[], { name: string; value: string }>("select name, value from setting");
  const put = db.prepare("insert into setting (name, value) values (@name, @value) on conflict (name) do update set value = excluded.value");

  function read(): Settings {
    const kept = new Map(all.all().map(({ name, value }) => [name, JSON.parse(value) as unknown]));
    return Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, kept.has(name) ? kept.get(name) : value])) as unknown as Settings;
  }

  return {
    read,
    change(changes) {
      facts(() => {
        for (const [name, value] of Object.entries(changes)) if (value !== undefined && Object.hasOwn(defaults, name)) put.run({ name, value: JSON.stringify(value) });
      });
      return read();
    },
  };
}
