/** Opens an address in the person's own browser, where there is a screen to show it on. */

import { spawn } from "node:child_process";

/** Linux has a display or not; macOS and Windows always count as having one. */
export const hasDisplay = (platform: NodeJS.Platform, env: Readonly<Record<string, string | undefined>>): boolean =>
  platform === "darwin" || platform === "win32" || Boolean(env["DISPLAY"]) || Boolean(env["WAYLAND_DISPLAY"]);

/** The system's own way to open an address. */
export function openCommand(platform: NodeJS.Platform, url: string): readonly [string, readonly string[]] {
  if (platform === "darwin") return ["open", [url]];
  if (platform === "win32") return ["rundll32", ["url.dll,FileProtocolHandler", url]];
  return ["xdg-open", [url]];
}

/** Never fails: the address is printed as well, and whoever has no browser opens it elsewhere. */
export function openBrowser(url: string): void {
  const [command, args] = openCommand(process.platform, url);
  const child = spawn(command, args, { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}
