/** What every page may reach: the workbench, where we are, what is going on. Set once by App, taken by `useApp()` while a component is made. */

import { createContext } from "svelte";
import type { Catalog } from "../../src-main/contract/checks.ts";
import type { About } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import type { Actions } from "./actions.svelte.ts";
import type { WorkbenchActivity } from "./activity.svelte.ts";
import type { Connection } from "./connection.svelte.ts";
import type { Deeds } from "./deeds.svelte.ts";
import type { ImportDesk } from "./import-desk.svelte.ts";
import type { Overlays } from "./overlays.svelte.ts";
import type { Preferences } from "./preferences.svelte.ts";
import type { Reading } from "./reading.svelte.ts";
import type { Route } from "./route.svelte.ts";
import type { LastRows } from "./run-table.svelte.ts";
import type { TourGuide } from "./tour.svelte.ts";
import type { Troubles } from "./troubles.svelte.ts";

export interface AppContext {
  readonly workbench: Workbench;
  readonly connection: Connection;
  readonly route: Route;
  readonly preferences: Preferences;
  readonly activity: WorkbenchActivity;
  readonly troubles: Troubles;
  readonly deeds: Deeds;
  readonly actions: Actions;
  readonly overlays: Overlays;
  readonly imports: ImportDesk;
  readonly tour: TourGuide;
  readonly reading: Reading;
  readonly lastRows: LastRows;
  readonly catalog: Catalog;
  readonly about: About;
}

const [useApp, provideApp] = createContext<AppContext>();
export { provideApp, useApp };
