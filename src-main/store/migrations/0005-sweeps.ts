/** Version 5 of a project: sweeps, their trials, and which runs belong to them. Never edited after release. */
export const sweeps = /* sql */ `
  create table sweep (
    number     integer primary key autoincrement,
    experiment integer not null references experiment (number),
    -- The sweep whose space it narrows: kept as a number only.
    parent     integer,
    name       text    not null,
    state      text    not null check (state in ('running', 'paused', 'finished', 'stopped', 'interrupted', 'failed')),
    phase      text    not null default 'searching' check (phase in ('searching', 'confirming')),
    reason     text             check (json_valid(reason)),
    created_ms real    not null,
    ended_ms   real,
    -- The number of the sweep's newest event.
    seq        integer not null default 1
  ) strict;

  -- A sweep's spec as it was first and after each change.
  create table sweep_version (
    sweep   integer not null references sweep (number) on delete cascade,
    version integer not null,
    spec    text    not null check (json_valid(spec)),
    changes text    not null check (json_valid(changes)),
    at_ms   real    not null,
    primary key (sweep, version)
  ) strict, without rowid;

  -- Stored before any of its runs: a trial that is here once is never chosen again.
  create table trial (
    sweep      integer not null references sweep (number) on delete cascade,
    -- From 1 in the sampler's order; below 0 by hand or from earlier runs.
    number     integer not null,
    batch      integer not null,
    origin     text    not null check (origin in ('sampler', 'hand', 'import')),
    version    integer not null,
    point      text    not null check (json_valid(point)),
    state      text    not null check (state in ('running', 'finished', 'pruned', 'failed')),
    -- One number for each objective; each run's; after each epoch; with fresh seeds. Numbers that JSON does not have are texts.
    result     text             check (json_valid(result)),
    repeats    text    not null default '[]' check (json_valid(repeats)),
    curve      text    not null default '[]' check (json_valid(curve)),
    confirmed  text    not null default '[]' check (json_valid(confirmed)),
    pruned_at  integer,
    same_as    integer,
    -- Of an imported one: the numbers of the runs it was taken from.
    runs       text    not null default '[]' check (json_valid(runs)),
    reason     text             check (json_valid(reason)),
    created_ms real    not null,
    ended_ms   real,
    -- The sweep's event that changed it last.
    seq        integer not null,
    primary key (sweep, number)
  ) strict, without rowid;

  alter table run add column sweep integer;
  alter table run add column trial integer;
  alter table run add column trial_repeat integer;
  alter table run add column is_confirmation integer not null default 0 check (is_confirmation in (0, 1));
  create unique index run_by_trial on run (sweep, trial, trial_repeat, is_confirmation) where sweep is not null;
`;
