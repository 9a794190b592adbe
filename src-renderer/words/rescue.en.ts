/** English words of a damaged project: what happened and the ways on. */

export const rescue = {
  title: (name: string) => `The project “${name}” is damaged`,
  untouched: "It was not opened, and its file was left exactly as it is. Nothing below changes that file: it stays beside whatever you choose.",
  said: "What was found",
  backups: "Go back to a backup",
  backupsWhy: "The backup becomes the project; the damaged file is kept beside it under another name. Runs made after the backup are not in it. Checkpoints and data files stay where they are.",
  backupsNone: "This project has no backup.",
  newest: "newest",
  use: (at: string) => `Go back to the backup of ${at}`,
  useShort: "Go back",
  rescue: "Rescue what can be read",
  rescueWhy: "Reads the damaged file page by page and puts every run, curve and checkpoint that can still be read into a new project beside it. It may take a minute for a large project.",
  rescueNow: "Rescue into a new project",
  rescued: (runs: string, points: string) => `${runs} and ${points} rescued`,
  runs: (n: number, shown: string) => (n === 1 ? "1 run" : `${shown} runs`),
  points: (n: number, shown: string) => (n === 1 ? "1 point" : `${shown} points`),
  facts: { file: "new project", incomplete: "runs that miss points", checkpoints: "checkpoints", lost: "checkpoints lost", pages: "pages that could not be read", of: (n: string, all: string) => `${n} of ${all}`, nameless: "curves without a run, as CSV" },
  open: "Open the rescued project",
  could: { rescue: "Could not rescue the project", mend: "Could not open it" },
};
