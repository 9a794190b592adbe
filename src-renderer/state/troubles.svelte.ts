/** What went wrong where no page has a place to say it. Stays until it is closed. */

export interface Trouble { readonly id: number; readonly title: string; readonly error: Error }

/** More at once would cover the page; the oldest leave first. */
const most = 3;

export class Troubles {
  list = $state.raw<readonly Trouble[]>([]);
  #last = 0;

  show(title: string, error: Error): void { this.list = [...this.list, { id: ++this.#last, title, error }].slice(-most); }
  close(id: number): void { this.list = this.list.filter((one) => one.id !== id); }

  /** Runs a deed whose failure is told here. */
  async attempt(title: string, deed: () => Promise<void>): Promise<void> {
    try { await deed(); } catch (error) { this.show(title, error as Error); }
  }
}
