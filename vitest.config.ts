import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte()],
  resolve: { conditions: ["browser"] },
  test: {
    include: ["tests/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // What a page shows comes when the machine has time for it.
    expect: { poll: { timeout: 20_000 } },
    // Two cores is what the gate has; the browser and the worker pools of the tests want the rest.
    maxWorkers: 2,
  },
});
