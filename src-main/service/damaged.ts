/** The workbench over a project that may be damaged: where it is, it says so and offers the ways on, and after one of them is the workbench over what was opened. */

import { describeCatalog, engineVersion } from "../../src-engine/index.ts";
import { StoreError } from "../../src-engine/spec/errors.ts";
import { inputs } from "../contract/inputs.ts";
import type { About, Rescue } from "../contract/nouns.ts";
import { streams } from "../contract/workbench.ts";
import type { Workbench } from "../contract/workbench.ts";
import { backupsIn, restoreBackup } from "../store/backups.ts";
import { filesFolder, projectName } from "../store/place.ts";
import { rescueProject } from "../store/rescue.ts";
import { settingsOfDamaged } from "../store/settings.ts";
import type { WorkbenchService } from "./workbench.ts";

interface Parts {
  readonly file: string;
  readonly open: (file: string) => WorkbenchService;
  readonly now: () => number;
  readonly door: About["door"];
}

/** The workbench itself where the project opens. Throws what opening throws, save StoreError `damaged`. */
export function damagedWorkbench({ file, open, now, door }: Parts): WorkbenchService {
  let damage: StoreError;
  try { return open(file); } catch (error) {
    if (!(error instanceof StoreError) || error.code !== "damaged") throw error;
    damage = error;
  }
  let opened: WorkbenchService | null = null;
  let rescue: Rescue | null = null;
  const refuse = (): never => { throw damage; };

  const answers: Pick<WorkbenchService, "about" | "catalog" | "settings" | "rescue" | "mend"> = {
    about: async () => ({
      version: engineVersion, door, project: { name: projectName(file), file }, hasDialogs: false, viewing: null, interrupted: [],
      damage: { message: damage.message, backups: backupsIn(filesFolder(file)), rescue },
    }),
    catalog: async () => describeCatalog(),
    settings: async () => settingsOfDamaged(file),
    rescue: async () => (rescue ??= rescueProject(file)),
    async mend({ backup }) {
      if (backup === null && rescue === null) throw new StoreError("wrongState", "nothing was rescued yet", {}, "Rescue what can be read first.");
      if (backup !== null) restoreBackup(file, backup, now());
      opened = open(backup === null ? rescue!.file : file);
    },
  };

  /** Asked anew at each call, for the workbench changes under whoever holds it. */
  function forwarded(name: keyof Workbench): (input: never) => unknown {
    const own = (answers as Partial<Workbench>)[name] as ((input: unknown) => unknown) | undefined;
    const isStream = (streams as readonly string[]).includes(name);
    return (input) => {
      const target = opened?.[name] as ((input: unknown) => unknown) | undefined ?? own;
      if (target !== undefined) return target(input);
      return isStream ? refuse() : Promise.reject(damage);
    };
  }

  const calls = Object.fromEntries((Object.keys(inputs()) as (keyof Workbench)[]).map((name) => [name, forwarded(name)])) as unknown as Workbench;
  return { ...calls, async close() { await opened?.close(); }, act(action) { opened?.act(action); } };
}
