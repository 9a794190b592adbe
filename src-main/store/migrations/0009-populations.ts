/** Version 9 of a project: trials that go on with the weights of another one. Never edited after release. */
export const populations = /* sql */ `
  -- The trial of the generation before whose weights it goes on with; null where it begins anew.
  alter table trial add column goes_on_from integer;
`;
