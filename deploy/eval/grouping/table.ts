import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { normaliseMessage } from "@voxloop/warehouse";
import { parse } from "csv-parse/sync";
import { table } from "../../bench/table.ts";
import { measureGrouping } from "./accuracy.ts";

/** Digits, and nothing else: what a line of code would do. */
const masked = (content: string) => content.replaceAll(/\d+/g, "*");

/** How well messages of log files are grouped, a row a system: files with the columns Content and EventId, the true group. */
export async function groupingTable(data: string): Promise<string> {
  const folder = join(data, "logs");
  const names = await readdir(folder).catch((): string[] => []);
  const files = names.filter((name) => name.endsWith(".csv"));
  if (files.length === 0) throw new Error(`no .csv files in ${folder}; --data names the folder of data sets`);
  const systems = await Promise.all(
    files.map(async (file) => {
      const rows: Record<string, string>[] = parse(await readFile(join(folder, file)), { columns: true });
      const labelled = rows.map(({ Content: content = "", EventId: truth = "" }) => ({ content, truth }));
      const ours = measureGrouping(labelled, normaliseMessage);
      return { name: basename(file, ".csv"), ours, plain: measureGrouping(labelled, masked) };
    }),
  );
  return table([
    ...systems.map(({ name, ours, plain }) => ({
      system: name,
      messages: String(ours.messages),
      "true groups": String(ours.trueGroups),
      groups: String(ours.groups),
      "grouping accuracy": ours.groupingAccuracy.toFixed(3),
      "digits masked only": plain.groupingAccuracy.toFixed(3),
    })),
    {
      system: "mean",
      messages: "",
      "true groups": "",
      groups: "",
      "grouping accuracy": mean(systems.map(({ ours }) => ours.groupingAccuracy)),
      "digits masked only": mean(systems.map(({ plain }) => plain.groupingAccuracy)),
    },
  ]);
}

function mean(values: readonly number[]): string {
  return (values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(3);
}
