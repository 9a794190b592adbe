/** What the documents say is what is there: component pages are the declarations', examples run, and every public name is explained. */

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import ts from "typescript";
import { afterEach, describe, expect, it, vi } from "vitest";
import { describeCatalog } from "../src-engine/index.ts";
import { componentPages } from "../scripts/docs.ts";
import { migrate, newestVersion } from "../src-main/store/migrate.ts";

const root = resolve(import.meta.dirname, "..");
const read = (...path: string[]): string => readFileSync(join(root, ...path), "utf8");

describe("docs/components", () => {
  const pages = componentPages(describeCatalog());

  it("holds a page for each family in each language, and an index, and nothing else", () => {
    expect(pages.size).toBe(2 * (Object.keys(describeCatalog()).length + 1));
    expect(readdirSync(join(root, "docs", "components")).sort()).toEqual([...pages.keys()].sort());
  });

  it.each([...pages.keys()])("%s is as `npm run docs` writes it", (file) => { expect(read("docs", "components", file)).toBe(pages.get(file)); });

  it("says of every component its title, formula, source, parameters, ranges and defaults, in both languages", () => {
    const [english, chinese] = [pages.get("optimizer.md")!, pages.get("optimizer.zh.md")!];
    for (const page of [english, chinese]) {
      expect(page).toContain("| `beta1` | β₁ | [0, 1) | `0.9` |");
      expect(page).toContain("θ ← θ − α m̂ / (√v̂ + ε)");
      expect(page).toContain("Kingma & Ba");
    }
    expect(english).toContain("| share of the gradient's average that is kept |");
    expect(chinese).toContain("| 一阶系数：梯度的平均值中保留的比例 |");
    for (const component of Object.values(describeCatalog()).flat()) {
      const all = [...pages.values()].filter((page) => page.includes(`\`${component.kind}\`\n`));
      expect(all.some((page) => page.includes(component.summary)), component.kind).toBe(true);
      expect(all.some((page) => page.includes(component.zh.summary)), component.kind).toBe(true);
    }
  });

  it("links only to pages that exist", () => {
    for (const [file, page] of pages) for (const [, link] of page.matchAll(/\]\(([\w.]+\.md)\)/g)) expect(pages.has(link!), `${file} → ${link}`).toBe(true);
  });
});

it("docs/project-tables.md lists every table and column of the newest version, in order and with its type, and no other", () => {
  const db = new Sqlite(":memory:");
  migrate(db);
  const columns = db.prepare<[string], { name: string; type: string }>("select name, lower(type) as type from pragma_table_info(?)");
  const tables = db.prepare<[], string>("select name from sqlite_schema where type = 'table' and name not like 'sqlite%'").pluck().all();
  const schema = Object.fromEntries(tables.map((table) => [table, columns.all(table).map(({ name, type }) => `${name} ${type}`)]));
  db.close();
  const page = read("docs", "project-tables.md");
  const told = Object.fromEntries(page.split("\n## ").slice(1).map((part) => [part.split("\n")[0]!, [...part.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].map(([, name, type]) => `${name!} ${type!}`)]));
  expect(told).toEqual(schema);
  expect([page, read("docs", "project-file.md")].map((text) => text.includes(`version ${newestVersion}`))).toEqual([true, true]);
});

describe("docs/examples", () => {
  const files = readdirSync(join(root, "docs", "examples"));
  afterEach(() => { vi.restoreAllMocks(); });

  /** Runs an example; what it prints, line by line. */
  async function printed(file: string): Promise<(readonly unknown[])[]> {
    const lines: unknown[][] = [];
    vi.spyOn(console, "log").mockImplementation((...line: unknown[]) => { lines.push(line); });
    await import(join(root, "docs", "examples", file));
    return lines;
  }
  const last = (lines: readonly (readonly unknown[])[]): readonly number[] => lines.at(-1) as number[];

  const judged: Readonly<Record<string, (lines: (readonly unknown[])[]) => void>> = {
    "spirals.ts": (lines) => {
      expect(lines).toHaveLength(61);
      expect(last(lines)[0]).toBe(60);
      expect(last(lines)[2]).toBeGreaterThan(0.85);
    },
    "custom-optimizer.ts": (lines) => {
      expect(lines).toHaveLength(11);
      // From about 2 in the untrained network.
      expect(last(lines)[2]).toBeLessThan(0.1);
    },
    "gradient-check.ts": (lines) => {
      expect(lines[0]![0]).toBe("right");
      expect(lines[0]![1]).toBeLessThan(1e-7);
      expect(lines.slice(1, 6).map(([name, , verdict]) => [name, verdict])).toEqual([["0/kernel", "right"], ["4/kernel", "right"], ["1/scale", "right"], ["1/shift", "right"], ["4/bias", "right"]]);
      expect(lines[6]).toEqual(["wrong", "only 4/bias is off: looks like a missing sum over rows"]);
      expect(lines.slice(7).map(([epsilon]) => epsilon)).toEqual([1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9]);
    },
    "sweep.ts": (lines) => {
      const [counts, ...rest] = lines;
      expect(counts!.filter((one) => typeof one === "number").reduce((sum, one) => sum + one, 0)).toBe(30);
      // The learning rate explains more than the other three together, and the winner is far above a third, which guessing gives.
      expect(rest[0]![0]).toBe("optimizer.learningRate");
      expect(rest[0]![1]).toBeGreaterThan(0.5);
      expect(rest.some(([line]) => String(line).startsWith("30 trials for 4 axes"))).toBe(true);
      expect(lines.at(-1)![1]).toBeGreaterThan(0.8);
    },
    "conv-net.ts": (lines) => {
      expect(lines.slice(0, 5).map(([kind, output]) => [kind, output])).toEqual([["conv2d", "8×8×8"], ["relu", "8×8×8"], ["maxPool", "4×4×8"], ["flatten", "128"], ["dense", "10"]]);
      expect(last(lines)[2]).toBeGreaterThan(0.9);
    },
  };

  it("are all run here", () => { expect(files.sort()).toEqual(Object.keys(judged).sort()); });

  it.each(files)("%s runs and does what it says", async (file) => { judged[file]!(await printed(file)); });

  it("the first is as short as it claims: fifteen statements and lines of them, imports left out", () => {
    const lines = read("docs", "examples", "spirals.ts").split("\n").filter((line) => line.trim() !== "" && !/^(import|\/\*\*)/.test(line));
    expect(lines.length).toBeLessThanOrEqual(15);
  });
});

describe("the engine's public face", () => {
  const face = join(root, "src-engine", "index.ts");
  const parsed = new Map<string, ts.SourceFile>();
  function parse(file: string): ts.SourceFile {
    const source = parsed.get(file) ?? ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
    parsed.set(file, source);
    return source;
  }
  const exported = parse(face).statements.filter(ts.isExportDeclaration).flatMap((statement) => {
    const from = join(dirname(face), (statement.moduleSpecifier as ts.StringLiteral).text);
    return (statement.exportClause as ts.NamedExports).elements.map((element) => ({ name: element.name.text, declared: (element.propertyName ?? element.name).text, from }));
  });

  /** Whether the declaration of a name, in its own file, has a doc comment. */
  function isExplained({ declared, from }: { readonly declared: string; readonly from: string }): boolean {
    const source = parse(from);
    const found = source.statements.find((statement) => (ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.some(({ name }) => name.getText(source) === declared)
      : (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) && statement.name?.text === declared));
    if (found === undefined) return false;
    const text = source.getFullText().slice(found.getFullStart(), found.getStart(source));
    return /\/\*\*[\s\S]*\*\/\s*$/.test(text) || isDeclaredComponent(found, source);
  }

  /** A component explains itself: its summary, formula and source are what pages and forms show. */
  function isDeclaredComponent(statement: ts.Statement, source: ts.SourceFile): boolean {
    return /=\s*(?:define\w+|declare)(?:<[^>]*>)?\(/.test(statement.getText(source).slice(0, 200)) && /summary: "/.test(statement.getText(source));
  }

  it("names files that exist, more than a hundred names, each once", () => {
    expect(exported.length).toBeGreaterThan(100);
    expect(exported.filter(({ from }) => !existsSync(from))).toEqual([]);
    expect(exported.map(({ name }) => name).filter((name, i, all) => all.indexOf(name) !== i)).toEqual([]);
  });

  it("has a doc comment, or a component's own summary, on the declaration of every name", () => {
    expect(exported.filter((one) => !isExplained(one)).map(({ name, from }) => `${name} (${from.slice(root.length + 1)})`)).toEqual([]);
  });
});
