/** Names of runs and metrics as names of folders and files on every system. */

/** Reserved on Windows with any ending, whatever the case. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** The text with what some system refuses in a file's name replaced by `_`, at most 120 characters; slashes too. Never empty, never dots alone. */
export function fileName(text: string): string {
  const plain = text.replace(/[\u0000-\u001f<>:"/\\|?*]/g, "_").slice(0, 120).replace(/[. ]+$/, "");
  return plain === "" || /^\.+$/.test(plain) ? "_" : reserved.test(plain) ? `_${plain}` : plain;
}

/** A folder for each run: its name, with its key behind where two are called alike; told apart without regard to case. */
export function folderNames(runs: readonly { readonly key: string; readonly name: string }[]): string[] {
  const plain = runs.map(({ name }) => fileName(name).toLowerCase());
  const taken = new Set<string>();
  return runs.map(({ key, name }, i) => {
    const alone = plain.filter((one) => one === plain[i]).length === 1;
    let wish = alone ? fileName(name) : `${fileName(name)} ${fileName(key)}`;
    for (let n = 2; taken.has(wish.toLowerCase()); n++) wish = `${fileName(name)} ${fileName(key)} ${n}`;
    taken.add(wish.toLowerCase());
    return wish;
  });
}
