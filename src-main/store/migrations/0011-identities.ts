/** A project whose runs, experiments, sweeps and reports can be told apart from those of every other project, wherever they go. Never edited after release. */

/** A name given once and never changed, 32 hex digits by chance; numbers are a project's own. */
const identified = (table: string): string => /* sql */ `
  alter table ${table} add column uid text;
  update ${table} set uid = lower(hex(randomblob(16)));
  create unique index ${table}_by_uid on ${table} (uid);
  create trigger ${table}_uid after insert on ${table} when new.uid is null begin
    update ${table} set uid = lower(hex(randomblob(16))) where number = new.number;
  end;
`;

export const identities = ["run", "experiment", "sweep", "report"].map(identified).join("");
