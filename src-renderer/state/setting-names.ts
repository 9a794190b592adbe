/** The settings in the order of their page, by the names of their words. */

export const settingNames = ["language", "theme", "density", "motion", "letterKeys", "parallel", "logging", "project"] as const;
export type SettingName = (typeof settingNames)[number];
