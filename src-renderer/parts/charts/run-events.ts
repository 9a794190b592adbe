/** What was done to a run, as marks on its charts: where it branched, what was changed, where it went on. Pure. */

import { xAtStep } from "../../../src-main/contract/chart-events.ts";
import type { ChartEvent, ChartLine } from "../../../src-main/contract/chart-view.ts";
import type { Deed, Run } from "../../../src-main/contract/nouns.ts";
import type { Words } from "../../words/words.svelte.ts";
import { deedWords, shownValue } from "../course-words.ts";
import { count } from "../numbers.ts";

const kinds = { branched: "fork", changed: "change", resumed: "resume" } as const;

/** The step up to which a run's points are its parent's; undefined where it has none. */
export const forkOf = ({ history }: Pick<Run, "history">): Extract<Deed, { kind: "branched" }> | undefined => history.find((deed) => deed.kind === "branched");

/** The deeds that these lines reach. `name` stands before each, where the chart is of several runs. */
export function eventsOf({ history }: Pick<Run, "history">, lines: readonly ChartLine[], words: Words, name = ""): readonly ChartEvent[] {
  const said = (text: string): string => (name === "" ? text : `${name} ${text}`);
  return history.flatMap((deed): ChartEvent[] => {
    const x = xAtStep(lines, deed.step);
    return x === null ? [] : [{ kind: kinds[deed.kind], x, step: deed.step, tag: said(tagOf(deed, words)), text: said(deedWords(deed, words)) }];
  });
}

/** A deed in as few words as tell it apart: the parent and the step of a fork, the setting of a change. */
function tagOf(deed: Deed, { course }: Words): string {
  switch (deed.kind) {
    case "branched": return course.forkTag(deed.from, count(deed.step));
    case "resumed": return course.resumedTag;
    case "changed": {
      const [only] = deed.changes;
      return deed.changes.length === 1 && only !== undefined ? `${only.path.slice(only.path.lastIndexOf(".") + 1)} ${shownValue(only.to)}` : course.changesTag(deed.changes.length);
    }
  }
}

/** What a summary adds for those who cannot see the marks; empty where nothing was done. */
export const eventsSummary = (events: readonly ChartEvent[], words: Words): string => events.map(({ step, text }) => ` ${words.course.eventAt(count(step), text)}`).join("");
