/** Version 3 of a project: a run has a priority, and one that waits a place, so that a queue keeps its order. Never edited after release. */
export const queue = /* sql */ `
  -- Higher ones train first.
  alter table run add column priority integer not null default 0;
  -- Among the waiting runs of one priority, the lower ones train first; null where it does not wait.
  alter table run add column place integer;
`;
