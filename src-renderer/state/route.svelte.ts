/** Where the person is, read from the address's fragment. Knows no page, only words between slashes. */

export type PageName = "home" | "runs" | "experiment" | "run" | "compare" | "new" | "data" | "settings" | "storage" | "queue" | "journal" | "sweeps" | "sweep" | "sweepEditor" | "reports" | "report" | "explain" | "unknown";

/** What a path means: `/runs/r-12` is the page "run" with the part `r-12`. */
export function readPath(path: string): { readonly page: PageName; readonly parts: readonly string[] } {
  const [head = "", ...rest] = path.split("/").filter((part) => part !== "").map(plainly);
  switch (head) {
    case "": return { page: "home", parts: [] };
    case "runs": return rest.length === 0 ? { page: "runs", parts: [] } : only(rest, 1, "run");
    case "experiments": return only(rest, 1, "experiment");
    case "compare": return rest.length > 1 ? { page: "unknown", parts: [] } : { page: "compare", parts: (rest[0] ?? "").split(",").filter((id) => id !== "") };
    case "new": return { page: "new", parts: rest };
    case "sweeps": return rest.length === 0 ? { page: "sweeps", parts: [] } : rest[0] === "new" || (rest.length === 2 && rest[1] === "edit") ? { page: "sweepEditor", parts: rest } : only(rest, 1, "sweep");
    case "data": return { page: "data", parts: rest };
    case "settings": return only(rest, 0, "settings");
    case "journal": return rest.length > 1 ? { page: "unknown", parts: [] } : { page: "journal", parts: rest };
    case "queue": return only(rest, 0, "queue");
    case "explain": return rest.length === 0 || rest.length === 2 ? { page: "explain", parts: rest } : { page: "unknown", parts: [] };
    case "reports": return rest.length === 0 ? { page: "reports", parts: [] } : only(rest, 1, "report");
    case "storage": return only(rest, 0, "storage");
    default: return { page: "unknown", parts: [] };
  }
}

function only(parts: readonly string[], count: number, page: PageName): { readonly page: PageName; readonly parts: readonly string[] } {
  return parts.length === count ? { page, parts } : { page: "unknown", parts: [] };
}

/** A broken escape such as `%zz` stands for itself. */
function plainly(part: string): string {
  try { return decodeURIComponent(part); } catch { return part; }
}

/** The part of a window the route needs. */
type Place = Pick<Window, "location" | "history" | "addEventListener">;

/** What a page is about, by the name a person gave it. */
interface Subject { readonly name: string; readonly experimentId?: string | null }

export class Route {
  path = $state("/");
  /** Told by a page once it knows; null before, and on pages that are about no one thing. */
  subject = $state.raw<Subject | null>(null);
  /** What the address asks for behind `?`: a page keeps there what back and reload must bring again. */
  #wishes = $state("");
  readonly #read = $derived(readPath(this.path));
  readonly #place: Place | undefined;

  constructor(place: Place | undefined) {
    this.#place = place;
    this.read();
    place?.addEventListener("hashchange", () => { this.read(); });
  }

  /** Takes the path from the address. */
  read(): void { this.#take((this.#place?.location.hash ?? "").replace(/^#/, "")); }

  #take(whole: string): void {
    const at = whole.indexOf("?");
    const before = this.path;
    this.path = (at < 0 ? whole : whole.slice(0, at)) || "/";
    this.#wishes = at < 0 ? "" : whole.slice(at + 1);
    if (this.path !== before) this.subject = null;
  }

  get page(): PageName { return this.#read.page; }
  /** What stands after the page's name: run ids, an experiment's id, what a new run begins from. */
  get parts(): readonly string[] { return this.#read.parts; }

  /** `/runs?q=seed+%3D+1` wishes `q` to be `seed = 1`; empty where nothing is wished. */
  wish(name: string): string { return new URLSearchParams(this.#wishes).get(name) ?? ""; }

  /** Writes a wish into the address in place: back still leads to where the person came from. */
  setWish(name: string, value: string): void {
    const wishes = new URLSearchParams(this.#wishes);
    if (value === "") wishes.delete(name);
    else wishes.set(name, value);
    this.#wishes = wishes.toString();
    this.#place?.history.replaceState(null, "", `#${this.path}${this.#wishes === "" ? "" : `?${this.#wishes}`}`);
  }

  /** Goes to a path such as `/runs/r-1`; the browser's back button comes back. */
  go(path: string): void {
    this.#take(path);
    if (this.#place !== undefined) this.#place.location.hash = path;
  }
}

/** The route of this page. */
export const route = new Route(typeof window === "undefined" ? undefined : window);
