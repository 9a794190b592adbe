/** What the editors of a run and of a sweep do alike: which halves are in sight, for which experiment, one start at a time, undo by keys in fields too. Knows no spec. */

import { MediaQuery } from "svelte/reactivity";
import { SpecError } from "../../src-main/contract/checks.ts";
import type { ExperimentId, Inspection } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { keepView, keptView, type EditorView } from "../parts/forms/editor-view.ts";
import type { Draft } from "./draft.svelte.ts";

export interface DeskPorts {
  readonly workbench: Pick<Workbench, "createExperiment">;
  readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  /** Under which the draft is kept. */
  readonly key: string;
  /** Until the person chooses: the experiment, and what a new one would be called. */
  readonly usual: () => { readonly experimentId: ExperimentId | null; readonly name: string };
  readonly say: (error: Error) => string;
}

export class DraftDesk<A extends Inspection = Inspection> {
  isBusy = $state(false);
  /** Why the start was refused, where no field is to blame. */
  failure = $state("");
  readonly #draft: Draft<A>;
  readonly #ports: DeskPorts;
  readonly #wide = new MediaQuery("min-width: 1200px");
  #view = $state<EditorView>("both");
  #experimentId = $state<ExperimentId | null | undefined>(undefined);
  #name = $state<string | null>(null);

  constructor(draft: Draft<A>, ports: DeskPorts) {
    this.#draft = draft;
    this.#ports = ports;
    this.#view = keptView(ports.storage);
  }

  get isWide(): boolean { return this.#wide.current; }
  /** Form and text stand side by side only where there is room. */
  get view(): EditorView { return this.#view === "both" && !this.isWide ? "form" : this.#view; }
  set view(view: EditorView) {
    this.#view = view;
    keepView(this.#ports.storage, view);
  }

  /** Null: a new one, by the name below. */
  get experimentId(): ExperimentId | null { return this.#experimentId === undefined ? this.#ports.usual().experimentId : this.#experimentId; }
  set experimentId(id: ExperimentId | null) { this.#experimentId = id; }
  get newName(): string { return this.#name ?? this.#ports.usual().name; }
  set newName(name: string) { this.#name = name; }

  /** The experiment chosen; a new one is made, and only once, for a refused start must not make it a second time. */
  async experiment(): Promise<ExperimentId | null> {
    const name = this.newName.trim();
    this.#experimentId = this.experimentId ?? (name === "" ? null : (await this.#ports.workbench.createExperiment({ name, question: "" })).id);
    return this.#experimentId;
  }

  get isReady(): boolean { return !this.isBusy && this.#draft.problems.length === 0; }

  /** Starts what the draft says; it is then no draft any more. What is wrong stands at its fields, or is the failure. Null where it was refused. */
  async start<T>(work: () => Promise<T>): Promise<T | null> {
    if (!this.isReady) return null;
    this.isBusy = true;
    this.failure = "";
    try {
      const started = await work();
      this.#ports.storage.removeItem(this.#ports.key);
      this.#draft.close();
      return started;
    } catch (error) {
      if (error instanceof SpecError) this.#draft.refuse(error.problems);
      else this.failure = this.#ports.say(error as Error);
      return null;
    } finally {
      this.isBusy = false;
    }
  }

  /** In the form's fields too: each change stands in the draft's own history, which a field's would only repeat. */
  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    const name = event.key.toLowerCase();
    const act = name === "y" || (name === "z" && event.shiftKey) ? () => { this.#draft.redo(); } : name === "z" ? () => { this.#draft.undo(); } : null;
    if (act === null) return;
    event.preventDefault();
    act();
  }

  /** The actions of an editor, for palette, keys and menu. */
  offer(start: () => void) {
    const draft = this.#draft;
    return {
      start: { act: start, isReady: () => this.isReady },
      undo: { act: () => { draft.undo(); }, isReady: () => draft.canUndo },
      redo: { act: () => { draft.redo(); }, isReady: () => draft.canRedo },
    };
  }
}
