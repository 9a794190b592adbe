/** The views of a sweep, in the order in which they are offered. */
export const tabs = ["overview", "trials", "curves", "lineage", "slices", "contour", "isolation", "workers", "compare", "space"] as const;
export type TabName = (typeof tabs)[number];
/** Only a population hands weights on. */
export const tabsOf = (pruner: string): readonly TabName[] => tabs.filter((tab) => tab !== "lineage" || pruner === "population");
export const isTab = (name: string): name is TabName => (tabs as readonly string[]).includes(name);
