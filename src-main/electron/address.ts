/** The names that both sides of the wall between page and program must agree on. Imports nothing, so the preload may use it. */

/** The one channel of the application, both ways. */
export const channelName = "workbench";

export const scheme = "app";
export const host = "descent";

/** Where our pages live, as the browser engine writes an origin. */
export const origin = `${scheme}://${host}`;
