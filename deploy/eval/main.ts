import { parseArgs } from "node:util";
import { anomalyTable } from "./anomaly/table.ts";
import { dropsTable } from "./drops/table.ts";
import { explainTable } from "./explain/table.ts";
import { groupingTable } from "./grouping/table.ts";
import { textTable } from "./text/table.ts";
import { trainText } from "./text/train.ts";

/* `pnpm eval grouping`, `pnpm eval text`: prints a table of how well something does on labelled data, which the repository does not hold, or on data that it plays itself (`drops`, `explain`). */

const USAGE = "usage: pnpm eval anomaly|drops|explain|grouping|text|text-train [--data ../shared/data]";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    /** The folder that holds the data sets. */
    data: { type: "string", default: "../shared/data" },
  },
});

const EVALUATIONS: Record<string, (data: string) => string | Promise<string>> = {
  anomaly: anomalyTable,
  drops: dropsTable,
  explain: explainTable,
  grouping: groupingTable,
  text: textTable,
  "text-train": trainText,
};

const run = EVALUATIONS[positionals[0] ?? ""];
if (run === undefined) throw new Error(USAGE);
process.stdout.write(`${await run(values.data)}\n`);
