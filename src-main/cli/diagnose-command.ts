/** `descent diagnose`: training and validation error of a run, and what they say of bias and variance. */

import type { Diagnosis, DiagnosisWish } from "../contract/diagnosis.ts";
import { usualDiagnosis } from "../contract/diagnosis.ts";
import { diagnosisTongues, gapText, moreText, rateText, sentenceOf } from "../contract/diagnosis-words.ts";
import { percent } from "../contract/figures.ts";
import { checkedService } from "../contract/inputs.ts";
import type { RunId } from "../contract/nouns.ts";
import { jsonLine, table } from "./print.ts";
import type { World } from "./world.ts";

/** What is given is kept with the run. Returns the exit code: 0, or 130 where Ctrl-C ended it. Throws StoreError. */
export async function diagnoseCommand(runId: RunId, { project, json, wish }: { readonly project: string | undefined; readonly json: boolean; readonly wish: Partial<DiagnosisWish> }, world: World): Promise<number> {
  const service = world.open({ project, parallel: 1, door: "cli", views: Object.keys(wish).length === 0 });
  let isStopped = false;
  const ignore = world.onInterrupt(() => { isStopped = true; });
  try {
    const workbench = checkedService(service);
    if (Object.keys(wish).length > 0) await workbench.setDiagnosis({ runId, ...usualDiagnosis, ...(await workbench.run({ runId })).diagnosis, ...wish });
    for await (const event of workbench.diagnoseRun({ runId })) {
      if (isStopped) break;
      if (event.kind === "progress") continue;
      for (const line of json ? [jsonLine({ kind: "diagnosis", ...event.result })] : diagnosisLines(event.result)) world.out(line);
      return 0;
    }
    return 130;
  } finally {
    ignore();
    await service.close();
  }
}

/** The diagnosis for people: its sentence, the errors, both gaps with their states. */
export function diagnosisLines(found: Diagnosis): string[] {
  const tongue = diagnosisTongues.en;
  const { runId, step, epoch, wish, train, validation, test, bias, variance, seeds } = found;
  const rates = ([["train", train], ["validation", validation], ["test", test]] as const).flatMap(([part, rate]) => (rate === null ? [] : [[tongue.parts[part], rateText(rate, tongue), tongue.counted(String(rate.wrong), String(rate.rows))]]));
  const gap = (name: string, one: typeof bias, isVariance: boolean): string[] => [name, gapText(one, tongue), `${tongue.states[one.state]} (${tongue.high(percent(one.threshold))})`, moreText(one, isVariance, tongue)];
  return [
    `${runId}  step ${step}, epoch ${epoch}: ${sentenceOf(found, tongue)}`,
    ...table([[tongue.parts.base, `${percent(wish.baseError)} %`, ""], ...rates]),
    ...table([gap(tongue.bias, bias, false), ...(variance === null ? [] : [gap(tongue.variance, variance, true)])]),
    ...(variance === null ? [tongue.noValidation] : []),
    tongue.basis(seeds.length),
  ];
}
