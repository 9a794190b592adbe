import type { Settings } from "./nouns.ts";

/** What holds until a person changes it. */
export const defaultSettings: Settings = {
  parallel: null, language: "system", theme: "system", density: "standard", motion: "system", letterKeys: true, isSidebarFolded: false, recent: [], tour: null, runTable: null, views: [], charts: {}, quota: null, logging: false,
};
