import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{contract,warehouse,ledger,collector,analytics,sdk,testing,deploy,dashboard}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "**/build/**"],
    // chDB allows one engine a process, so each file has a process of its own.
    pool: "forks",
    isolate: true,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
