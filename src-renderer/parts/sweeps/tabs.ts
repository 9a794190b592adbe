/** The views of a sweep, in the order in which they are offered. */
export const tabs = ["overview", "trials", "curves", "slices", "contour", "isolation", "workers", "compare", "space"] as const;
export type TabName = (typeof tabs)[number];
export const isTab = (name: string): name is TabName => (tabs as readonly string[]).includes(name);
