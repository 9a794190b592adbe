/** What the table of runs shows until a person chooses. */

export const usualColumns: readonly string[] = ["data", "optimizer", "optimizer.learningRate", "validation/accuracy", "validation/loss", "epochs", "time", "started"];
