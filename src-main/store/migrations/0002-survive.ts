/**
 * Version 2 of a project: a run keeps several checkpoints, each with its reason, remembers what was done to it, and may come from another run.
 * Never edited after release.
 */
export const survive = /* sql */ `
  alter table run add column history text not null default '[]' check (json_valid(history));
  -- The run it branched from: kept as a number only, for the parent may be deleted.
  alter table run add column parent integer;
  -- Thrown away, but whole until it is purged.
  alter table run add column trashed_ms real;
  -- What a person marked: free words, kept at hand, put away, the one others are held against (at most one in an experiment).
  alter table run add column tags text not null default '[]' check (json_valid(tags));
  alter table run add column is_pinned   integer not null default 0 check (is_pinned in (0, 1));
  alter table run add column is_archived integer not null default 0 check (is_archived in (0, 1));
  alter table run add column is_baseline integer not null default 0 check (is_baseline in (0, 1));
  -- The verdict of the last replay.
  alter table run add column replay text check (json_valid(replay));

  -- What a person wrote: about a run (r-12), an experiment (e-3), or the project. Markdown.
  create table journal (
    subject    text primary key,
    hypothesis text not null,
    result     text not null,
    decision   text not null,
    notes      text not null,
    changed_ms real not null
  ) strict, without rowid;

  -- The file is durable before its row: a row without its file is damage, a file without a row is litter.
  create table saved_state (
    number        integer primary key,
    run           integer not null references run (number) on delete cascade,
    step          integer not null,
    epoch         integer not null,
    -- The step of whose weights the newest epoch metrics are.
    measured_step integer not null,
    training_ms   real    not null,
    metrics       text    not null check (json_valid(metrics)),
    -- The metric that says what is best; null within an epoch, and text where it is no number.
    value         any,
    -- Why it is kept. The newest one that can go on is kept besides.
    is_periodic   integer not null check (is_periodic in (0, 1)),
    is_fork       integer not null default 0 check (is_fork in (0, 1)),
    is_final      integer not null default 0 check (is_final in (0, 1)),
    -- 0 where the weights of an earlier epoch were put back.
    can_go_on     integer not null check (can_go_on in (0, 1)),
    file          text    not null,
    size_bytes    integer not null,
    hash          text    not null,
    created_ms    real    not null
  ) strict;
  create unique index saved_state_by_step on saved_state (run, step, epoch, can_go_on);

  insert into saved_state (run, step, epoch, measured_step, training_ms, metrics, is_periodic, is_final, can_go_on, file, size_bytes, hash, created_ms)
    select c.run, c.step, r.epoch, c.step, r.training_ms, r.metrics, 0, 1, not exists (select 1 from json_each(r.notes) n where n.value ->> 'code' = 'restored') and r.state in ('finished', 'stopped'),
           c.file, c.size_bytes, c.hash, c.created_ms
      from checkpoint c join run r on r.number = c.run;
  drop table checkpoint;
`;
