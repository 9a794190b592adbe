/** Ctrl-C and the system's request to end: the first is told and waited for, the second leaves at once. */

/** What of `process` is used. */
export interface Signals {
  on(signal: "SIGINT" | "SIGTERM", listener: (signal: "SIGINT" | "SIGTERM") => void): unknown;
  off(signal: "SIGINT" | "SIGTERM", listener: (signal: "SIGINT" | "SIGTERM") => void): unknown;
  exit(code: number): void;
}

/** A launcher may pass on what the terminal has already sent us: two signals closer than this, in milliseconds, are one press. */
const onePressMs = 300;

/** Calls the listener at the first press and exits with 130 at the next. Returns "stop listening". */
export function interrupts(signals: Signals, now: () => number, listener: (signal: "SIGINT" | "SIGTERM") => void): () => void {
  let lastMs: number | null = null;
  const hear = (signal: "SIGINT" | "SIGTERM") => {
    const isSamePress = lastMs !== null && now() - lastMs < onePressMs;
    const isFirst = lastMs === null;
    lastMs = now();
    if (isFirst) listener(signal);
    else if (!isSamePress) signals.exit(130);
  };
  signals.on("SIGINT", hear);
  signals.on("SIGTERM", hear);
  return () => { signals.off("SIGINT", hear); signals.off("SIGTERM", hear); };
}
