/**
 * Version 4 of a project: what layers looked like at some steps of a run, what was noticed about it while it trained, and what a person said of its errors.
 * Never edited after release.
 */
export const insight = /* sql */ `
  -- Findings of the alert rules, in order: the kind, where, the figures behind it.
  alter table run add column alerts text not null default '[]' check (json_valid(alerts));
  -- The base error a person set, and from which gap on bias and variance are called high; null where nobody has.
  alter table run add column diagnosis text check (json_valid(diagnosis));

  -- One record of all layers, thinned as a run gets long. names is a list such as ["0/kernel/weight", "1/activation"]; numbers has for each of them
  -- seven little-endian doubles (count, norm, rms, mean, deviation, from, to) and 32 counts of four bytes. apart: the least distance in steps that was kept to when the record was written.
  create table layer_record (
    run     integer not null references run (number) on delete cascade,
    step    integer not null check (step >= 0),
    epoch   integer not null check (epoch >= 0),
    apart   integer not null check (apart >= 0),
    names   text    not null check (json_valid(names)),
    numbers blob    not null,
    primary key (run, step)
  ) strict, without rowid;
`;
