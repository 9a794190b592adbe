/**
 * Version 7 of a project: rows of points know where in their curve they stand and keep to its chunks, and each full chunk has a summary.
 * Opening divides the old rows and makes the summaries (SeriesStore.arrange). Never edited after release.
 */
export const summaries = /* sql */ `
  alter table series rename to series_before;
  drop index series_in_order;
  drop index series_by_event;

  -- A stretch of one curve: little-endian doubles, so NaN and infinities are kept as they are. Rows of a curve follow each other in step and never overlap.
  -- steps is null where they count up by one from from_step. at is the number of its first point in the curve, from 0; no row reaches over a multiple of 1024.
  -- seq is the newest event that brought one of its points, so a listener who heard event n can be given exactly the rest. Rows of a full chunk may be made one:
  -- events is then pairs of little-endian 32-bit integers, an event and how many of the row's points there were after it.
  create table series (
    run       integer not null references run (number) on delete cascade,
    metric    integer not null references metric (number),
    seq       integer not null,
    from_step integer not null,
    at        integer not null check (at >= 0),
    points    integer not null check (points >= 1),
    events    blob,
    steps     blob             check (length(steps) = 8 * points),
    numbers   blob    not null check (length(numbers) = 8 * points)
  ) strict;
  insert into series (run, metric, seq, from_step, at, points, steps, numbers)
    select run, metric, seq, from_step, sum(points) over (partition by run, metric order by seq) - points, points, steps, numbers from series_before;
  drop table series_before;
  create index series_in_order on series (run, metric, from_step);
  create index series_by_event on series (run, seq);

  -- Of each full chunk of 1024 points: its last step and, for every 64 of them, eight little-endian doubles: the smallest value and its step, the largest and its step,
  -- the first that is not finite and its step, the last and its step; a step is −1 where there is no such point. Made of the points; could be made again.
  create table series_summary (
    run     integer not null references run (number) on delete cascade,
    metric  integer not null references metric (number),
    chunk   integer not null check (chunk >= 0),
    to_step integer not null,
    gists   blob    not null check (length(gists) = 1024),
    primary key (run, metric, chunk)
  ) strict;
`;
