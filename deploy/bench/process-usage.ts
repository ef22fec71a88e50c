import { readFile } from "node:fs/promises";

/** Linux counts a process's time in hundredths of a second (sysconf(_SC_CLK_TCK)). */
const TICKS_PER_SECOND = 100;

export interface Usage {
  cpuSeconds: number;
  rssBytes: number;
}

/** What a process has used of the processors so far, and of memory now (proc(5)). */
export async function usageOf(pid: number): Promise<Usage> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const rss = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    rssBytes: Number(rss) * 1024,
  };
}

/** Watches a process's memory until it is stopped; gives the most it had. */
export function watchMemory(pid: number): () => number {
  let most = 0;
  const look = () =>
    usageOf(pid).then(
      ({ rssBytes }) => (most = Math.max(most, rssBytes)),
      () => undefined,
    );
  const timer = setInterval(() => void look(), 250);
  return () => {
    clearInterval(timer);
    return most;
  };
}
