/** Version 10 of a project: runs that other programs trained. Never edited after release. */
export const foreign = /* sql */ `
  -- Where it comes from and what it says of itself: {"program", "key", "group", "source", "atMs", "params"}; null for our own. Of such a run spec is the JSON null.
  alter table run add column origin text check (json_valid(origin));
  -- SHA-256 over all that was read of it, in hex: what is here once is not taken in again.
  alter table run add column origin_hash text;
  create unique index run_by_origin on run (origin_hash) where origin_hash is not null and is_going = 0;
`;
