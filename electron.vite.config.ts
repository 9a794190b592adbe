import { cpSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "electron-vite";

const here = import.meta.dirname;

/** Puts the native kernels beside out/main: files to be loaded, not bundled. */
const nativeKernels = {
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
    plugins: [nativeKernels, chartFonts],
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
