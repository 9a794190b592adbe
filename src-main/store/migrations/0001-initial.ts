/**
 * Version 1 of a project. SQL kept as text in a module, because plain Node, the tests and the build must all load it the same way
 * (`?raw` exists only under Vite, and a file beside the bundle would be lost). Never edited after release: a change is a new migration.
 */
export const initial = /* sql */ `
  -- Who has the project open for writing; at most one row.
  create table owner (
    id       integer primary key check (id = 1),
    pid      integer not null,
    started  text    not null,
    boot     text    not null,
    instance text    not null,
    since_ms real    not null
  ) strict;

  create table setting (
    name  text primary key,
    value text not null check (json_valid(value))
  ) strict, without rowid;

  -- autoincrement: a number once given is never given again, so r-7 stays the same run for life.
  create table experiment (
    number     integer primary key autoincrement,
    name       text not null,
    question   text not null,
    created_ms real not null
  ) strict;

  create table run (
    number        integer primary key autoincrement,
    experiment    integer not null references experiment (number),
    group_number  integer not null check (group_number >= 1),
    name          text    not null,
    spec          text    not null check (json_valid(spec)),
    state         text    not null check (state in ('queued', 'running', 'paused', 'finished', 'stopped', 'failed', 'interrupted')),
    reason        text             check (json_valid(reason)),
    data          text    not null check (json_valid(data)),
    layers        text    not null check (json_valid(layers)),
    parameters    integer not null,
    created_ms    real    not null,
    started_ms    real,
    ended_ms      real,
    training_ms   real    not null default 0,
    epoch         integer not null default 0,
    epochs        integer not null,
    step          integer not null default 0,
    steps         integer not null,
    metrics       text    not null default '{}' check (json_valid(metrics)),
    notes         text    not null default '[]' check (json_valid(notes)),
    weight_hash   text,
    test_openings integer not null default 0,
    version       text    not null,
    executor      text    not null,
    -- The number of the run's newest event.
    seq           integer not null default 1
  ) strict;
  create index run_by_experiment on run (experiment, number);
  create index run_by_state on run (state);

  -- The weights' hash at each epoch's end: two runs trained alike as long as these are equal.
  create table weight_hash (
    run   integer not null references run (number) on delete cascade,
    epoch integer not null check (epoch >= 0),
    hash  text    not null,
    primary key (run, epoch)
  ) strict, without rowid;

  create table metric (
    number integer primary key,
    name   text not null unique
  ) strict;

  -- A stretch of one curve as one event brought it: little-endian doubles, so NaN and infinities are kept as they are.
  -- steps is null where they count up by one from from_step. A row for each point cost the main thread more than small networks leave it:
  -- they make 30,000 steps a second, each with five values.
  -- seq is the event that brought the stretch, so a listener who heard event n can be given exactly the rest.
  create table series (
    run       integer not null references run (number) on delete cascade,
    metric    integer not null references metric (number),
    seq       integer not null,
    from_step integer not null,
    points    integer not null check (points >= 1),
    steps     blob             check (length(steps) = 8 * points),
    numbers   blob    not null check (length(numbers) = 8 * points)
  ) strict;
  create unique index series_in_order on series (run, metric, seq);
  create index series_by_event on series (run, seq);

  -- The file is durable before its row: a row without its file is damage, a file without a row is litter.
  create table checkpoint (
    run        integer primary key references run (number) on delete cascade,
    step       integer not null,
    file       text    not null,
    size_bytes integer not null,
    hash       text    not null,
    created_ms real    not null
  ) strict;

  create table source_file (
    hash        text primary key,
    name        text    not null,
    size_bytes  integer not null,
    imported_ms real    not null,
    rows        integer not null,
    columns     text    not null check (json_valid(columns))
  ) strict, without rowid;
`;
