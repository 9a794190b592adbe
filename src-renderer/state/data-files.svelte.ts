/** The files of rows that the project keeps: listed, imported, chosen. Knows no page. */

import type { SourceFile } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";

/** A file as a browser hands it over. */
export interface GivenFile { readonly name: string; arrayBuffer(): Promise<ArrayBuffer> }

export class DataFiles {
  files = $state.raw<readonly SourceFile[]>([]);
  phase = $state<"loading" | "ready" | "failed">("loading");
  /** Why the files could not be listed. */
  failure = $state.raw<Error | null>(null);
  /** Name of the file being imported. */
  importing = $state("");
  /** What was wrong with the last file that was given. */
  refused = $state.raw<{ readonly name: string; readonly error: Error } | null>(null);
  readonly #workbench: Pick<Workbench, "listFiles" | "importFile" | "chooseFile">;

  constructor(workbench: Pick<Workbench, "listFiles" | "importFile" | "chooseFile">) {
    this.#workbench = workbench;
  }

  async load(): Promise<void> {
    this.phase = "loading";
    try {
      this.files = await this.#workbench.listFiles({});
      this.phase = "ready";
    } catch (error) {
      this.failure = error as Error;
      this.phase = "failed";
    }
  }

  /** Keeps a file in the project; `null` when it was refused, with the reasons in `refused`. */
  import(given: GivenFile): Promise<SourceFile | null> {
    return this.#take(given.name, async () => this.#workbench.importFile({ name: given.name, bytes: new Uint8Array(await given.arrayBuffer()) }));
  }

  /** Lets the person choose with the door's own dialog; `null` when that was cancelled or the file refused. */
  choose(): Promise<SourceFile | null> {
    return this.#take("", () => this.#workbench.chooseFile({}));
  }

  async #take(name: string, get: () => Promise<SourceFile | null>): Promise<SourceFile | null> {
    this.refused = null;
    this.importing = name;
    try {
      const file = await get();
      if (file !== null) this.files = [file, ...this.files.filter(({ hash }) => hash !== file.hash)];
      return file;
    } catch (error) {
      this.refused = { name, error: error as Error };
      return null;
    } finally {
      this.importing = "";
    }
  }
}
