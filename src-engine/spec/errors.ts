/** The three ways things go wrong, as objects every door can render: what, where, and how to mend it. Knows no language but English. */

/** Where in the person's input the trouble lies; every field that is known is given. Lines, columns and bytes count from 1, 1 and 0. */
export interface Place {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly byte?: number;
  /** A key path such as `optimizer.beta2` or `layers.3.keepProb`. */
  readonly path?: string;
}

/** One thing wrong with a spec or a file. `code` and `details` let an interface say the same in another language. */
export interface Problem {
  readonly path: string;
  readonly code: ProblemCode;
  /** The whole sentence in English, without the path: `must be a number in [0, 1); got 1 (default 0.999)`. */
  readonly message: string;
  readonly details: Details;
  /** A value that would be accepted, for a button "Use 0.999"; absent where none is certain. */
  readonly cure?: unknown;
  readonly at?: Place;
}

/**
 * What the sentence is made of: `got`, `interval`, `known`, `default` … as text ready to show. Where one code has many sentences, `why` says which of them it is.
 * It stands here and not among the codes: a code tells programs what sort of thing is wrong, and stays; sentences come and go.
 */
export type Details = Readonly<Record<string, string>> & { readonly why?: Why };

/** What sort of thing is wrong, for an interface that says it in its own words. */
export type ProblemCode =
  | "notANumber" | "notWhole" | "notAFlag" | "notAnOption" | "notText" | "notAList" | "notARecord" | "notAComponent"
  | "outOfInterval" | "unknownKey" | "unknownKind" | "duplicate" | "missing" | "tooShort" | "tooLong"
  | "badSyntax" | "badVersion" | "badSplit" | "badShape" | "badTarget" | "badData" | "noSuchFile" | "mismatch" | "fixedInRun" | "fixedSizes"
  | SweepProblemCode;

/** What does not go together in a sweep, or cannot be changed of one under way. */
export type SweepProblemCode =
  | "oneObjective" | "otherObjective" | "testSplit" | "noValidationRows" | "oneSeed" | "fewRepeats" | "cohortMode" | "untrainable" | "fixedInSweep"
  | "notAnAxis" | "noSuchCopy" | "circular" | "notOrdered" | "tightConstraints" | "againstConstraints" | "notInPlay" | "notOnAxis"
  | "populationMode" | "populationTrials" | "populationRepeats" | "populationStopping" | "populationSampler" | "populationAxis";

/** Which sentence of its code a problem is: an interface in another language has one for each, or does not compile. */
export type Why = DataWhy | PlanWhy | TextWhy | RequestWhy | ForeignWhy | CapsuleWhy;

/** Of tables and what is made of them: rows, a target, splits, scaling. */
export type DataWhy =
  | "emptyFile" | "utf16" | "notUtf8" | "openQuote" | "strayQuote" | "emptyLinesOnly" | "noRows" | "moreProblems"
  | "namelessColumn" | "twinColumns" | "oneColumn" | "headerOfNumbers" | "raggedRow" | "emptyRow" | "missingFeature" | "manyRows"
  | "emptyCell" | "missingCell" | "infiniteCell" | "decimalComma" | "notDecimal" | "noNumbers" | "rowsWidth" | "infiniteFeature"
  | "noSuchTarget" | "emptyTarget" | "missingTarget" | "targetNotNumber" | "targetNotLabel" | "oneClass" | "manyClasses"
  | "imageSize" | "notStratifiable" | "noTrainingShare" | "emptyFold" | "emptyParts" | "noSpread" | "unreadableFile" | "unreadableSample";

/** Of a run whose parts do not fit each other, or the data. */
export type PlanWhy =
  | "shares" | "noTrainRows" | "noValidation" | "noTestRows" | "balancedNumber" | "balancedLoss" | "unwatchable" | "cycleMomentum"
  | "lossTarget" | "lossClasses" | "softTargets" | "classWeights" | "outputsForClasses" | "outputsForNumber" | "fewOutputs"
  | "metricTarget" | "metricLoss" | "noProbabilities" | "topK" | "classIndex" | "augmentImages" | "augmentMix"
  | "needsImages" | "widePadding" | "largeWindow" | "groups" | "bounds" | "residualShape" | "residualStride" | "fewRows" | "memory";

/** Of a text that should be a spec, or a query. */
export type TextWhy =
  | "largeText" | "controlSign" | "directive" | "deepText" | "longText" | "emptyText" | "alias" | "anchor" | "tag" | "severalTags" | "oddKey" | "forbiddenKey" | "twiceWritten"
  | "missingSign" | "unexpectedSign" | "badIndent" | "tabIndent" | "brokenBrackets" | "badEscape" | "reservedSign" | "nestedInLine" | "longKey" | "severalTexts" | "badQuery";

/** Of what is asked of the service: more than there can be, or what a report, a checkpoint or a file does not bear. */
export type RequestWhy =
  | "seedsPast" | "epochsPast" | "largeCode" | "largePrediction" | "noScaling"
  | "noReplay" | "replayNotJson" | "otherReplay" | "laterReplay" | "brokenReplay" | "otherData"
  | "brokenCheckpoint" | "missingSlice" | "otherSlice" | "misplacedSlice" | "extraSlice" | "notAFile" | "largeFile" | "longInput" | "badInput" | "baseIsPath";

/** Of other programs' runs. */
export type ForeignWhy =
  | "damagedRecord" | "unreadableRecord" | "otherDatabase" | "notAPoint" | "notYaml" | "noSteps" | "noMetric" | "notAMetric" | "notAStep" | "valueNotJson" | "noRuns" | "stepBelow";

/** Of a run capsule: its archive, its manifest, what it holds, and what its rows say of each other. */
export type CapsuleWhy =
  | "notZip" | "zip64" | "severalParts" | "directoryOutside" | "shortDirectory" | "nameNotUtf8" | "link" | "forbiddenSign" | "absolutePath" | "pathElsewhere" | "encrypted" | "otherPacking"
  | "manyFiles" | "manyBytes" | "unpacksLarge" | "twinFiles" | "misplacedFile" | "twoNames" | "overlappingFiles" | "brokenFile" | "notUnpackable" | "otherLength" | "otherChecksum"
  | "noManifest" | "largeManifest" | "notJson" | "otherManifest" | "laterCapsule" | "wrongField" | "unknownFile" | "missingFile" | "unnamedFile" | "otherSize" | "unlistedFile"
  | "otherHash" | "wrongCheckpoint" | "wrongData" | "rowFileMissing" | "rowFileSize" | "rowlessFile" | "runlessCurves" | "otherCount" | "fileNotUtf8" | "rowNotJson" | "wrongColumn"
  | "shortCurves" | "curvesHeader" | "curvesNotJson" | "curvesNoList" | "curveShape" | "curveName" | "curvePlace" | "brokenCurve" | "curveSteps" | "longCurves"
  | "twiceThere" | "noSuchOther" | "sweepWithoutSpec" | "runWithoutSpec" | "wrongSpec";

abstract class DescentError extends Error {
  readonly code: string;
  readonly at: Place;
  readonly hint: string;
  constructor(code: string, message: string, at: Place = {}, hint = "") {
    super(message);
    this.code = code;
    this.at = at;
    this.hint = hint;
  }
}

/** The input is wrong. Carries every problem at once; its message lists them, one a line, each with its path. */
export class SpecError extends DescentError {
  override readonly name = "SpecError";
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[], hint = "") {
    super("badSpec", problems.map(sentence).join("\n"), problems[0]?.at ?? { path: problems[0]?.path ?? "" }, hint);
    this.problems = problems;
  }
}

/** The numbers went wrong while training, at `step`. */
export class TrainingError extends DescentError {
  override readonly name = "TrainingError";
  readonly step: number;
  constructor(code: "diverged" | "workerDied" | "outOfMemory" | "noExecutor", message: string, step: number, hint = "") {
    super(code, message, {}, hint);
    this.step = step;
  }
}

/** Trouble with the project or a file of it. */
export class StoreError extends DescentError {
  override readonly name = "StoreError";
}

/** `optimizer.beta2 must be a number in [0, 1); got 1 (default 0.999)` */
export function sentence(problem: Problem): string {
  const line = problem.at?.line === undefined ? "" : ` (line ${problem.at.line}${problem.at.column === undefined ? "" : `, column ${problem.at.column}`})`;
  return `${problem.path === "" ? "the spec" : problem.path} ${problem.message}${line}`;
}
