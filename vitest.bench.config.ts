import { defineConfig } from "vitest/config";

export default defineConfig({ test: { benchmark: { include: ["tests/bench/**/*.bench.ts"] } } });
