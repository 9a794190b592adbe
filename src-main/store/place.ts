/** Where a project lies: the default file of each system, and the folder beside it. Knows names only, touches no disk. */

import { posix, win32 } from "node:path";

/**
 * The project every door opens unless told otherwise: `workbench.descent` in `%APPDATA%\Descent`, `~/Library/Application Support/Descent`
 * or `${XDG_CONFIG_HOME:-~/.config}/Descent`; the folder Electron calls `userData`. A relative XDG_CONFIG_HOME counts as unset, as its specification says.
 */
export function defaultProject(platform: NodeJS.Platform, env: Readonly<Record<string, string | undefined>>, home: string): string {
  if (platform === "win32") return win32.join(given(env["APPDATA"]) ?? win32.join(home, "AppData", "Roaming"), "Descent", "workbench.descent");
  if (platform === "darwin") return posix.join(home, "Library", "Application Support", "Descent", "workbench.descent");
  const config = given(env["XDG_CONFIG_HOME"]);
  return posix.join(config !== undefined && posix.isAbsolute(config) ? config : posix.join(home, ".config"), "Descent", "workbench.descent");
}

/** The project's name: its file's name without `.descent`. */
export function projectName(file: string): string {
  return (file.split(/[\\/]/).at(-1) ?? file).replace(/\.descent$/i, "");
}

/** `NAME.files` beside `NAME.descent`: checkpoints and kept data. */
export const filesFolder = (file: string): string => `${file.replace(/\.descent$/i, "")}.files`;

const given = (text: string | undefined): string | undefined => (text === undefined || text === "" ? undefined : text);
