/** Data that comes as bytes: the samples in the box and a person's own CSV. Says what is needed; whoever has a disk brings it. */

import { declare } from "../spec/component.ts";
import { choice, integer, list, optional, text } from "../spec/param.ts";
import type { Task } from "./dataset.ts";

/** What must be known to read a sample: its file in examples/data, its target column, the shape of a row, class names in label order, and where it comes from. */
export interface Sample {
  readonly file: string;
  readonly title: string;
  readonly target: string;
  readonly task: Task;
  readonly shape: readonly number[];
  readonly classes: readonly string[] | null;
  readonly origin: string;
}

/** The data sets in the box, by name. */
export const samples = {
  iris: {
    file: "iris.csv", title: "Iris", target: "label", task: "classes", shape: [4], classes: ["setosa", "versicolor", "virginica"],
    origin: "R. A. Fisher, 1936; donated by M. Marshall, 1988. As in R: the copy in the UCI repository has two wrong points.",
  },
  wine: {
    file: "wine.csv", title: "Wine", target: "label", task: "classes", shape: [13], classes: ["cultivar 0", "cultivar 1", "cultivar 2"],
    origin: "M. Forina et al., PARVUS, Genoa; copy of the Wine recognition data of the UCI repository.",
  },
  breastCancer: {
    file: "breast_cancer.csv", title: "Breast cancer", target: "label", task: "classes", shape: [30], classes: ["malignant", "benign"],
    origin: "W. H. Wolberg, W. N. Street, O. L. Mangasarian, 1995; copy of Breast Cancer Wisconsin (Diagnostic) of the UCI repository.",
  },
  digits: {
    file: "digits.csv", title: "Digits", target: "label", task: "classes", shape: [8, 8, 1], classes: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    origin: "E. Alpaydin, C. Kaynak, 1998; copy of the test set of Optical Recognition of Handwritten Digits of the UCI repository.",
  },
  diabetes: {
    file: "diabetes.csv", title: "Diabetes", target: "target", task: "number", shape: [10], classes: null,
    origin: "B. Efron, T. Hastie, I. Johnstone, R. Tibshirani, Least Angle Regression, 2004; in the original units.",
  },
} as const satisfies Readonly<Record<string, Sample>>;

export const sample = declare("data", {
  kind: "sample",
  title: "Sample",
  summary: "A set from the box.",
  math: "",
  source: "scikit-learn; each set's origin stands in examples/data/README.md",
  params: {
    name: choice({ default: "digits", options: ["iris", "wine", "breastCancer", "digits", "diabetes"] satisfies (keyof typeof samples)[], help: "which set" }),
  },
  needs: "sample" as const,
});

export const csv = declare("data", {
  kind: "csv",
  title: "CSV file",
  summary: "Rows of one's own: a header line, then numbers, and a target column.",
  math: "",
  source: "RFC 4180",
  params: {
    file: text({ default: "", required: true, maxLength: 1000, help: "the file, as a name for people" }),
    hash: text({ default: "", maxLength: 128, help: "hash of the content, which finds the file again; empty until it is imported" }),
    target: text({ default: "", maxLength: 1000, label: "target column", help: "the column to predict; empty means the last" }),
    task: choice({ default: "auto", options: ["auto", "classes", "number"], help: "what the target is; auto: classes if it is text or at most 20 different whole numbers, else a number" }),
    image: optional(list({
      of: integer({ default: 1, min: 1, max: 65536, help: "height, width or channels" }),
      default: [1, 1, 1], min: 3, max: 3, label: "image shape", help: "height, width, channels of a row that is an image; their product is the number of features",
    })),
  },
  needs: "file" as const,
});
