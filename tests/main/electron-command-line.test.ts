/** `--project FILE` of the desktop application. */

import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { projectArgument } from "../../src-main/electron/command-line.ts";

describe("the project", () => {
  it.each([
    [[], null],
    [["."], null],
    [["--no-first-run", "course.descent"], null],
    [[".", "--project", "course.descent"], resolve("/home/ada", "course.descent")],
    [["--project=sub/course.descent"], resolve("/home/ada", "sub/course.descent")],
    [["--project", resolve("/data/c.descent")], resolve("/data/c.descent")],
  ])("of %j is %j", (args, file) => { expect(projectArgument(args, "/home/ada")).toBe(file); });

  it.each([[["--project"]], [["--project="]], [["--project", "--other"]]])("of %j is refused with an example", (args) => {
    expect(() => projectArgument(args, "/home/ada")).toThrow("--project wants a file, as in --project course.descent");
  });
});
