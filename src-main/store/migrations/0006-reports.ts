/**
 * Version 6 of a project: reports, as a person arranged them, and of frozen ones the facts that they show.
 * Never edited after release.
 */
export const reports = /* sql */ `
  create table report (
    number     integer primary key,
    title      text not null,
    template   text not null,
    -- Which runs, how they are grouped, which is the baseline; and the blocks in order.
    subject    text not null check (json_valid(subject)),
    blocks     text not null check (json_valid(blocks)),
    created_ms real not null,
    changed_ms real not null,
    -- While its numbers follow the runs both are null.
    frozen_ms  real,
    facts      text check (json_valid(facts)),
    check ((frozen_ms is null) = (facts is null))
  ) strict;
`;
