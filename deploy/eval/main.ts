import { parseArgs } from "node:util";
import { groupingTable } from "./grouping/table.ts";

/* `pnpm eval grouping`: prints a table of how well something does on labelled data, which the repository does not hold. */

const USAGE = "usage: pnpm eval grouping [--data ../shared/data]";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    /** The folder that holds the data sets. */
    data: { type: "string", default: "../shared/data" },
  },
});

const EVALUATIONS: Record<string, (data: string) => string | Promise<string>> = {
  grouping: groupingTable,
};

const run = EVALUATIONS[positionals[0] ?? ""];
if (run === undefined) throw new Error(USAGE);
process.stdout.write(`${await run(values.data)}\n`);
