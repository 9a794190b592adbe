/** What the application's own start may say: which project to open. */

import { resolve } from "node:path";

/**
 * The file after `--project` (or in `--project=FILE`), made absolute against `folder`; `null` when none is named.
 * Other arguments belong to Electron and Chromium and are passed over. Throws when `--project` comes without a file.
 */
export function projectArgument(args: readonly string[], folder: string): string | null {
  const at = args.findIndex((arg) => arg === "--project" || arg.startsWith("--project="));
  if (at < 0) return null;
  const file = args[at]!.startsWith("--project=") ? args[at]!.slice("--project=".length) : args[at + 1];
  if (file === undefined || file === "" || file.startsWith("-")) throw new Error("--project wants a file, as in --project course.descent");
  return resolve(folder, file);
}
