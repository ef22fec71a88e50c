import { defineConfig } from "vitest/config";

/** What takes minutes and gigabytes: `pnpm test:slow`. */
export default defineConfig({
  test: { include: ["deploy/bench/**/*.slow.ts"], pool: "forks" },
});
