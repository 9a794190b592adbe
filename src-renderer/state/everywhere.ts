/** The actions that can be done on every page. */

import { actions as table, type ActionId } from "../../src-main/contract/actions.ts";
import { t } from "../words/words.svelte.ts";
import type { Offers } from "./actions.svelte.ts";
import type { AppContext } from "./context.ts";

const densities = ["comfortable", "standard", "compact"] as const;

export function everywhere(app: AppContext): Offers {
  const { workbench, route, preferences, troubles, deeds, activity, overlays, tour } = app;
  const prefer = (change: Parameters<typeof preferences.change>[0]): void => { void troubles.attempt(t().settings.failed, () => preferences.change(change)); };
  const places = Object.fromEntries(Object.entries(table).flatMap(([id, { path }]) => (path === undefined ? [] : [[id, () => { route.go(path); }]]))) as Offers;
  return {
    ...places,
    palette: () => { overlays.show("palette"); },
    keys: () => { overlays.show("keys"); },
    tour: () => { void tour.open(); },
    undo: { act: () => { void deeds.undo(); }, isReady: () => deeds.canUndo },
    redo: { act: () => { void deeds.redo(); }, isReady: () => deeds.canRedo },
    newExperiment: () => {
      void troubles.attempt(t().frame.couldNotMake, async () => {
        const made = await workbench.createExperiment({ name: t().frame.newExperimentName, question: "" });
        route.go(`/experiments/${made.id}`);
      });
    },
    theme: () => { prefer({ theme: preferences.isDark ? "light" : "dark" }); },
    language: () => { prefer({ language: preferences.language === "en" ? "zh" : "en" }); },
    density: () => { prefer({ density: densities[(densities.indexOf(preferences.settings.density) + 1) % densities.length]! }); },
    sidebar: () => { prefer({ isSidebarFolded: !preferences.settings.isSidebarFolded }); },
    nextPart: () => { toPart(1); },
    previousPart: () => { toPart(-1); },
    holdQueue: {
      act: () => { void troubles.attempt(t().queue.couldNot.hold, async () => { await workbench.holdQueue({ isHeld: activity.activity.held === null }); }); },
      isReady: () => activity.activity.held !== null || activity.activity.training + activity.activity.queued > 0,
    },
    backUp: () => {
      void troubles.attempt(t().storage.couldNot.backUp, async () => {
        const { name } = await workbench.backUp({});
        deeds.say((words) => words.deeds.backedUp(name));
      });
    },
    emptyTrash: () => { overlays.show("emptyTrash"); },
  };
}

/** Does what the menu asks for: a field that is written in takes Undo and Redo for itself. */
export function actFromMenu(id: ActionId, app: Pick<AppContext, "actions">): void {
  const { activeElement } = document;
  const isWriting = activeElement instanceof HTMLElement && (activeElement.isContentEditable || activeElement.matches("input, textarea"));
  // The one way to reach a field's own history; deprecated, and without a successor.
  if (isWriting && (id === "undo" || id === "redo")) document.execCommand(id);
  else app.actions.run(id);
}

/** The parts of the window in the order of focus: title bar, sidebar, page, inspector, status bar. */
function toPart(by: 1 | -1): void {
  const parts = [...document.querySelectorAll<HTMLElement>("[data-part]")].filter((part) => part.offsetParent !== null || part.getClientRects().length > 0);
  if (parts.length === 0) return;
  // The innermost: an inspector stands inside the page.
  const at = parts.findLastIndex((part) => part.contains(document.activeElement));
  const next = parts[at < 0 ? (by > 0 ? 0 : parts.length - 1) : (at + by + parts.length) % parts.length]!;
  const inner = [...next.querySelectorAll<HTMLElement>("a[href], button, input, select, textarea, [tabindex='0']")].find((one) => one.getClientRects().length > 0);
  (inner ?? next).focus();
}
