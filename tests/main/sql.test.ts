/** SQL about a project: it reads, also while another program owns the project, and can do nothing else. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openStore } from "../../src-main/store/open.ts";
import { readSql } from "../../src-main/store/sql.ts";
import { countingClock, newRun, temporaryFolder } from "../support/project.ts";

const limits = { most: 10, limitMs: 20_000 };

describe("a statement", () => {
  it("is answered while the project is open, blobs as their sizes, and cut at its limit", async () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    store.runs.addGroup(Array.from({ length: 12 }, () => newRun(store)));
    expect(await readSql(folder.file(), "select number, state, x'0102' as b from run order by number desc", { ...limits, most: 2 })).toEqual({ columns: ["number", "state", "b"], rows: [[12, "queued", { bytes: 2 }], [11, "queued", { bytes: 2 }]], isCut: true });
    store.close();
  });

  it.each([["update run set name = 'x'", "only reading is possible"], ["insert into setting values ('a', '1') returning name", "readonly"], ["select * from nowhere", "no such table"], ["select 1; select 2", "more than one statement"]])("%s is refused", async (sql, why) => {
    using folder = temporaryFolder();
    openStore(folder.file(), countingClock()).close();
    await expect(readSql(folder.file(), sql, limits)).rejects.toMatchObject({ code: "badSql", message: expect.stringContaining(why) as string });
  });

  it("that attaches or writes another file makes none", async () => {
    using folder = temporaryFolder();
    openStore(folder.file(), countingClock()).close();
    const other = join(folder.path, "other.sqlite");
    await expect(readSql(folder.file(), `vacuum into '${other.replaceAll("'", "''")}'`, limits)).rejects.toMatchObject({ code: "badSql" });
    expect(existsSync(other)).toBe(false);
  });

  it("that never ends is ended", async () => {
    using folder = temporaryFolder();
    openStore(folder.file(), countingClock()).close();
    // Without an end of its own: were it not ended, this test would not be either.
    await expect(readSql(folder.file(), "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n", { ...limits, limitMs: 300 })).rejects.toMatchObject({ code: "tooLong" });
    await expect(readSql(join(folder.path, "none.descent"), "select 1", limits)).rejects.toMatchObject({ code: "noSuchFile" });
  });
});
