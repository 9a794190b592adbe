import { cpSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "electron-vite";
import type { Plugin } from "vite";

const here = import.meta.dirname;

/** WebAssembly as the engine's source has it: a function of base64. */
const inlined = /export const (\w+) = \(\): string => \[([^\]]*)\]\.join\(""\);/g;

/** Keeps the WebAssembly that the source carries as base64 in files of out/main: a megabyte that every start of a program or a thread would read and parse, and that few of them use. */
const wasmFiles: Plugin = {
  name: "descent:wasm-files",
  enforce: "pre",
  transform(code, id) {
    if (!id.endsWith("/kernels/programs.wasm.ts")) return null;
    let found = 0;
    const lean = code.replace(inlined, (_, name: string, text: string) => {
      found++;
      this.emitFile({ type: "asset", fileName: `${name}.wasm`, source: Buffer.from(text.replaceAll(/[^A-Za-z0-9+/=]/g, ""), "base64") });
      return `export const ${name} = (): string => read("${name}.wasm");`;
    });
    if (found !== 2) throw new Error(`${id} holds ${found} programs in the form this build knows; it should hold 2`);
    return `import { readFileSync } from "node:fs";\nconst read = (name: string): string => readFileSync(new URL((import.meta.url.includes("/chunks/") ? "../" : "./") + name, import.meta.url), "base64");\n${lean}`;
  },
};

/** Puts the native kernels beside out/main: files to be loaded, not bundled. */
const nativeKernels: Plugin = {
  name: "descent:native-kernels",
  closeBundle() {
    const target = resolve(here, "out/native");
    rmSync(target, { recursive: true, force: true });
    cpSync(resolve(here, "src-engine/kernels/native"), target, { recursive: true, filter: (path) => !path.endsWith(".json") });
  },
};

/** Puts the fonts of charts as PDF beside out/main's modules. */
const chartFonts = {
  name: "descent:chart-fonts",
  closeBundle() {
    cpSync(resolve(here, "src-main/report/fonts"), resolve(here, "out/main/fonts"), { recursive: true, filter: (path) => !path.endsWith(".md") });
  },
};

export default defineConfig({
  main: {
    plugins: [wasmFiles, nativeKernels, chartFonts],
    build: {
      externalizeDeps: true,
      rolldownOptions: {
        input: {
          index: resolve(here, "src-main/electron/main.ts"),
          cli: resolve(here, "src-main/cli/main.ts"),
          server: resolve(here, "src-main/server/main.ts"),
          "train-worker": resolve(here, "src-main/workers/train-worker.ts"),
          "transfer-thread": resolve(here, "src-main/transfer/transfer-thread.ts"),
          "sql-thread": resolve(here, "src-main/store/sql-thread.ts"),
          "backup-thread": resolve(here, "src-main/store/backup-thread.ts"),
          "reading-thread": resolve(here, "src-main/service/reading-thread.ts"),
        },
        // Less to read at each start of a program or a thread; names stay, so that a stack tells where.
        output: { format: "es", minify: { mangle: false }, entryFileNames: "[name].js", chunkFileNames: "chunks/[name]-[hash].js" },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      rolldownOptions: {
        input: { preload: resolve(here, "src-main/electron/preload.ts") },
        output: { format: "cjs", entryFileNames: "[name].cjs" },
      },
    },
  },
  renderer: {
    root: resolve(here, "src-renderer"),
    plugins: [svelte({ configFile: resolve(here, "svelte.config.js") })],
    build: {
      minify: true,
      // Fonts and icons stay files: the content security policy allows no inlined font.
      assetsInlineLimit: 0,
      rolldownOptions: { input: resolve(here, "src-renderer/index.html") },
    },
  },
});
