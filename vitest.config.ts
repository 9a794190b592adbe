import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  resolve: { conditions: ["browser"] },
  test: {
    // The walks through every page in both languages and themes take longer than all other tests together: `npm run test:pages`.
    include: [mode === "pages" ? "tests/e2e/*.pages.ts" : "tests/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What a page shows comes when the machine has time for it.
    expect: { poll: { timeout: 20_000 } },
    // Two cores is what the gate has; the browser and the worker pools of the tests want the rest.
    maxWorkers: 2,
  },
}));
