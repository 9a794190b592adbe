/**
 * Version 8 of a project: what is counted often is found without reading rows (which checkpoints name a file and how large it is, how many runs an experiment has in each state),
 * and a run whose purging has begun is known as such. Never edited after release.
 */
export const atHand = /* sql */ `
  create index saved_state_by_file on saved_state (file, size_bytes);
  drop index run_by_experiment;
  create index run_by_experiment on run (experiment, number, trashed_ms, state);
  -- 1 from when its purging began: of a run that is large it takes a while, and what an end of the program leaves is deleted at the next opening.
  alter table run add column is_going integer not null default 0 check (is_going in (0, 1));
`;
