import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const isLong = ({ moduleId }: TestSpecification) => moduleId.includes("/deploy/");

/** The long ones first, so that none is left to run alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rest = files.filter((file) => !isLong(file));
    // oxlint-disable-next-line unicorn/no-array-sort -- a sequencer's, which is no array's
    return [...files.filter(isLong), ...(await super.sort(rest))];
  }
}

export default defineConfig({
  test: {
    include: ["{contract,warehouse,ledger,collector,analytics,sdk,testing,deploy,dashboard}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**", "**/build/**"],
    // chDB allows one engine a process, so each file has a process of its own.
    sequence: { sequencer: LongestFirst },
    pool: "forks",
    isolate: true,
    // More than there are cores, as many wait for clocks and servers.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
