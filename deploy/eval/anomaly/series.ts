import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import type { Window } from "./nab-score.ts";

/** A labelled series of the benchmark. */
export interface LabelledSeries {
  /** `realKnownCause/nyc_taxi.csv`; the folder is the family. */
  name: string;
  times: readonly number[];
  values: readonly number[];
  windows: readonly Window[];
}

const windowsFile = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));

/** The series that `windows.json` in the folder names. */
export async function readSeries(folder: string): Promise<LabelledSeries[]> {
  const text = await readFile(join(folder, "windows.json"), "utf8").catch(() => {
    throw new Error(`no windows.json in ${folder}; --data names the folder of data sets`);
  });
  const windows = windowsFile.parse(JSON.parse(text));
  return Promise.all(
    Object.entries(windows).map(async ([name, spans]) => {
      const rows: Record<string, string>[] = parse(await readFile(join(folder, name)), { columns: true });
      const times = rows.map(({ timestamp = "" }) => timeOf(timestamp));
      return {
        name,
        times,
        values: rows.map(({ value }) => Number(value)),
        windows: spans.map(([from, to]) => ({
          first: times.findIndex((time) => time >= timeOf(from)),
          last: times.findLastIndex((time) => time <= timeOf(to)),
        })),
      };
    }),
  );
}

function timeOf(text: string): number {
  return Date.parse(`${text.replace(" ", "T").slice(0, 19)}Z`);
}
