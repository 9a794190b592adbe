/** Version 12 of a project: sweeps that were put away. Never edited after release. */
export const archivedSweeps = /* sql */ `
  alter table sweep add column is_archived integer not null default 0 check (is_archived in (0, 1));
`;
