import { WRITE_KEY } from "./voxloop-process.ts";

interface Transfer {
  customer: string;
  at: Date;
  release: string;
  isBlocked: boolean;
}

/**
 * Transfers spread evenly over a time range by customers of their own; every `blockedEvery`-th meets E1042. Deterministic,
 * so that the end-to-end test knows the true rates.
 */
export function planTransfers(of: {
  prefix: string;
  customers: number;
  blockedEvery: number;
  release: string;
  from: Date;
  to: Date;
}): Transfer[] {
  const span = of.to.getTime() - of.from.getTime();
  return Array.from({ length: of.customers }, (_, index) => ({
    customer: `${of.prefix}-${index}`,
    at: new Date(of.from.getTime() + (span * (index + 0.5)) / of.customers),
    release: of.release,
    isBlocked: index % of.blockedEvery === 0,
  }));
}

/** Sends transfers through the real collector in requests of 200, as an app that was offline would: with their own times. */
export async function playTransfers(url: string, transfers: readonly Transfer[]): Promise<void> {
  for (let start = 0; start < transfers.length; start += 200) {
    const resourceLogs = transfers.slice(start, start + 200).map(toResourceLogs);
    const answer = await fetch(`${url}/v1/logs`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-voxloop-key": WRITE_KEY },
      body: JSON.stringify({ resourceLogs }),
    });
    if (answer.status !== 200)
      throw new Error(`the collector answered ${answer.status}: ${await answer.text()}`);
  }
}

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });

function toResourceLogs({ customer, at, release, isBlocked }: Transfer) {
  const end = isBlocked
    ? [text("vox.outcome", "failed"), text("vox.error.code", "E1042")]
    : [text("vox.outcome", "succeeded")];
  const record = (offsetMs: number, attributes: object[]) => ({
    timeUnixNano: `${at.getTime() + offsetMs}000000`,
    eventName: "vox.transaction",
    attributes: [
      text("log.record.uid", `${customer}-${offsetMs}`),
      text("user.id", customer),
      text("vox.flow", "transfer"),
      text("vox.transaction.id", `t-${customer}`),
      ...attributes,
    ],
  });
  return {
    resource: { attributes: [text("service.version", release)] },
    scopeLogs: [{ logRecords: [record(0, [text("vox.outcome", "started")]), record(20_000, end)] }],
  };
}
