import { table } from "../table.ts";
import { makeBundles } from "./bundles.ts";
import { measurePage } from "./page.ts";

/** What the browser SDK weighs, beside its peers, and what it costs a page. */
export async function sdkTable(): Promise<string> {
  const bundles = await makeBundles();
  const sizes = table(
    bundles.map(({ name, version, code, gzipBytes }) => ({
      bundle: name,
      version,
      minified: String(code.length),
      "gzip bytes": String(gzipBytes),
    })),
  );
  const ours = bundles.find(({ name }) => name.endsWith("offlineQueue"));
  const costs = await measurePage(ours?.code ?? "");
  const page = table([
    { page: "track, median main-thread microseconds", value: costs.trackMicroseconds.toFixed(1) },
    { page: "longest task with 1,000 events, ms", value: costs.longestTaskMs.toFixed(1) },
    { page: "longest task of the same page without, ms", value: costs.longestTaskWithoutMs.toFixed(1) },
    { page: "heap after 10,000 events, MB", value: megabytes(costs.heapAfter10k) },
    { page: "heap after 100,000 events, MB", value: megabytes(costs.heapAfter100k) },
  ]);
  return `${sizes}\n\n${page}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}
