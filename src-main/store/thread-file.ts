/** Where the file of a thread lies: beside the module that starts it as TypeScript where the source runs, else as it was built, perhaps one folder up from a chunk. */

export function threadFile(name: string, here: string): URL {
  if (here.endsWith(".ts")) return new URL(`./${name}.ts`, here);
  return new URL(here.includes("/chunks/") ? `../${name}.js` : `./${name}.js`, here);
}
