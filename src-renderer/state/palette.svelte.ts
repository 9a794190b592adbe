/** What the command palette shows for what is typed: actions, what the project holds, explanations, settings. Ranks; draws nothing. */

import { actionIds, actions, type ActionId } from "../../src-main/contract/actions.ts";
import type { Described, Family } from "../../src-main/contract/checks.ts";
import { fit } from "../../src-main/contract/fuzzy.ts";
import type { Found } from "../../src-main/contract/nouns.ts";
import { language, t } from "../words/words.svelte.ts";
import type { AppContext } from "./context.ts";
import { settingNames, type SettingName } from "./setting-names.ts";

export type Section = "recent" | "commands" | "found" | "written" | "explain" | "settings";
export interface Entry {
  /** Stays the same from one opening to the next: by it the latest are remembered. */
  readonly id: string;
  readonly section: Section;
  readonly title: string;
  /** Which letters of the title fit what was typed. */
  readonly at: readonly number[];
  readonly score: number;
  readonly source:
    | { readonly kind: "action"; readonly action: ActionId }
    | { readonly kind: "found"; readonly found: Found }
    | { readonly kind: "explain"; readonly family: Family; readonly described: Described }
    | { readonly kind: "setting"; readonly setting: SettingName };
}

/** What a first sign narrows the palette to. */
const scopes: Readonly<Record<string, readonly Section[]>> = { ">": ["commands"], "#": ["found", "written"], "?": ["explain"] };
const mostOf: Readonly<Record<Section, number>> = { recent: 6, commands: 6, found: 7, written: 5, explain: 5, settings: 4 };
/** In one scope there is room. */
const mostInScope = 60;
/** Letters scattered over a text fit nearly everything; each typed letter must be worth this. */
const leastPerLetter = 3.5;
/** So long a pause in typing, in milliseconds, asks the workbench. */
const pauseMs = 60;
const kept = 12;

type Parts = Pick<AppContext, "workbench" | "catalog" | "preferences" | "actions">;

export class Palette {
  text = $state("");
  chosen = $state(0);
  isSearching = $state(false);
  failure = $state.raw<Error | null>(null);
  #found = $state.raw<readonly Found[]>([]);
  #remembered = $state.raw<readonly Found[]>([]);
  #asked = 0;
  readonly #parts: Parts;
  readonly #later: (run: () => void, ms: number) => () => void;
  #cancel: () => void = () => undefined;

  constructor(parts: Parts, later: (run: () => void, ms: number) => () => void) {
    this.#parts = parts;
    this.#later = later;
  }

  get scope(): string { return Object.hasOwn(scopes, this.text.charAt(0)) ? this.text.charAt(0) : ""; }
  get wanted(): string { return this.text.slice(this.scope.length).trim(); }

  readonly entries: readonly Entry[] = $derived.by(() => this.#entries());

  /** Asks for the newest of the project, and what the remembered ones are called now. */
  async open(): Promise<void> {
    this.#ask();
    const runs = this.#parts.preferences.settings.recent.flatMap((id) => (id.startsWith("run/") ? [id.slice(4)] : []));
    if (runs.length === 0) return;
    // A run that is gone is not an error here: it is remembered no more.
    const read = await Promise.all(runs.map((runId) => this.#parts.workbench.run({ runId }).catch(() => null)));
    this.#remembered = read.flatMap((run): Found[] => (run === null || run.trashedMs !== null ? [] : [{ kind: "run", id: run.id, title: run.name, about: "", state: run.state, createdMs: run.createdMs, tags: run.tags }]));
  }

  type(text: string): void {
    this.text = text;
    this.chosen = 0;
    this.#cancel();
    this.#cancel = this.#later(() => { this.#ask(); }, pauseMs);
  }

  move(by: number): void {
    const n = this.entries.length;
    if (n > 0) this.chosen = (this.chosen + by + n) % n;
  }

  /** The latest first, each once. */
  async remember(entry: Entry): Promise<void> {
    const { preferences } = this.#parts;
    await preferences.change({ recent: [entry.id, ...preferences.settings.recent.filter((id) => id !== entry.id)].slice(0, kept) });
  }

  close(): void { this.#cancel(); this.#asked++; }

  #ask(): void {
    const asked = ++this.#asked;
    this.isSearching = true;
    // Longer words than any name fit nothing.
    this.#parts.workbench.search({ text: this.wanted.slice(0, 200), limit: this.scope === "#" ? mostInScope : 12 }).then(
      (found) => { if (asked === this.#asked) { this.#found = found; this.failure = null; this.isSearching = false; } },
      (error: unknown) => { if (asked === this.#asked) { this.failure = error as Error; this.isSearching = false; } },
    );
  }

  #entries(): readonly Entry[] {
    const { wanted, scope } = this;
    const all = [...this.#ofActions(wanted), ...this.#ofFound(wanted), ...(wanted === "" && scope !== "?" ? [] : this.#ofCatalog(wanted)), ...(wanted === "" ? [] : ofSettings(wanted))];
    const sections = (scope === "" ? (["commands", "found", "written", "explain", "settings"] as const) : scopes[scope]!).map((name) => {
      const members = all.filter(({ section }) => section === name).sort((a, b) => b.score - a.score).slice(0, scope === "" ? mostOf[name] : mostInScope);
      return { members, best: members[0]?.score ?? -Infinity };
    });
    // What fits best stands first; nothing typed, or the same fit, leaves the usual order.
    if (wanted !== "" && scope === "") sections.sort((a, b) => b.best - a.best);
    return [...(wanted === "" && scope === "" ? this.#recent(all) : []), ...sections.flatMap(({ members }) => members)];
  }

  /** The remembered ones; below them they do not stand a second time. */
  #recent(all: readonly Entry[]): readonly Entry[] {
    const known = [...all, ...this.#ofCatalog(""), ...this.#remembered.map((found) => entryOf(found, ""))];
    return this.#parts.preferences.settings.recent.flatMap((id): Entry[] => {
      const entry = known.find((one) => one.id === id);
      return entry === undefined ? [] : [{ ...entry, section: "recent" }];
    }).slice(0, mostOf.recent);
  }

  #ofActions(wanted: string): Entry[] {
    return actionIds.flatMap((action): Entry[] => {
      if (action === "palette") return [];
      const { also = "", [language.current]: title } = actions[action] as { readonly en: string; readonly zh: string; readonly also?: string };
      const found = weighed(title, also, wanted);
      // What cannot be done here stands behind what can.
      return found === null ? [] : [{ id: `do/${action}`, section: "commands", title, ...found, score: found.score + (this.#parts.actions.can(action) ? 4 : -4), source: { kind: "action", action } }];
    });
  }

  #ofFound(wanted: string): Entry[] { return this.#found.map((found, i) => { const entry = entryOf(found, wanted); return wanted === "" ? { ...entry, score: -i } : entry; }); }

  #ofCatalog(wanted: string): Entry[] {
    return (Object.entries(this.#parts.catalog) as [Family, readonly Described[]][]).flatMap(([family, components]) => components.flatMap((described): Entry[] => {
      const spoken = language.current === "zh" ? described.zh : described;
      const title = spoken.title;
      const found = weighed(title, `${described.title} ${described.kind}`, wanted) ?? (said(described, spoken, wanted) ? { at: [], score: 0 } : null);
      return found === null ? [] : [{ id: `explain/${family}/${described.kind}`, section: "explain", title, ...found, source: { kind: "explain", family, described } }];
    }));
  }
}

function entryOf(found: Found, wanted: string): Entry {
  const { at, score } = fit(found.title, wanted) ?? { at: [], score: 0 };
  return { id: `${found.kind}/${found.id}`, section: found.kind === "run" || found.kind === "experiment" ? "found" : "written", title: found.title, at, score, source: { kind: "found", found } };
}

/** How well a title fits, or else the other words for it. */
function weighed(title: string, also: string, wanted: string): { readonly at: readonly number[]; readonly score: number } | null {
  const least = leastPerLetter * wanted.replace(/\s+/g, "").length;
  const own = fit(title, wanted);
  if (own !== null && own.score >= least - title.length / 1000) return own;
  const other = also === "" ? null : fit(also, wanted);
  return other !== null && other.score >= least ? { at: [], score: other.score * 0.7 } : null;
}

/** The help of a component, or of one of its parameters, holds every word. */
function said(described: Described, spoken: Pick<Described, "summary"> & { readonly params: Readonly<Record<string, unknown>> }, wanted: string): boolean {
  const words = wanted.toLowerCase().split(/\s+/).filter((word) => word !== "");
  if (wanted.length < (/[㐀-鿿]/.test(wanted) ? 2 : 3)) return false;
  const text = [spoken.summary, described.math, described.source, ...Object.entries(spoken.params).flatMap(([name, param]) => { const { label = "", help = "" } = param as { readonly label?: string; readonly help?: string }; return [name, label, help]; })].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

const ofSettings = (wanted: string): Entry[] => settingNames.flatMap((setting): Entry[] => {
  const title = t().settings[setting];
  const found = weighed(title, "", wanted);
  return found === null ? [] : [{ id: `setting/${setting}`, section: "settings", title, ...found, source: { kind: "setting", setting } }];
});
