import { setTimeout as sleep } from "node:timers/promises";
import type { Deps } from "../deps.ts";
import type { Job } from "../scheduler/job.ts";
import { TASK } from "../scheduler/tasks.ts";
import { fanOut } from "./fan-out.ts";
import { claimLanes, findDue, releaseLane, type Lane } from "./lane.ts";
import { recordAttempt } from "./record.ts";
import { openSender, type Sender } from "./send.ts";

const MAX_LANES = 32;
const MAX_PARALLEL_PER_LANE = 5;
/** After so long a run begins nothing new, so that a worker can stop; the next run goes on. */
const RUN_MS = 30_000;
const LOOK_EVERY_MS = 250;

/**
 * Sends what the outbox holds. Safe to run twice, because a lane is held by one run at a time, and after a crash,
 * because only a recorded attempt counts: an endpoint may see a message twice, under the same `webhook-id`.
 */
export const deliverWebhooksJob: Job = {
  id: TASK.deliverWebhooks,
  everyMs: 5_000,
  async run(deps) {
    const sender = openSender({ allowPrivate: deps.allowPrivateWebhooks });
    const underWay = new Set<Promise<unknown>>();
    try {
      await deliverAll(deps, sender, underWay);
    } finally {
      await Promise.allSettled(underWay);
      await sender.close();
    }
  },
};

/** While slow endpoints take their time, keeps looking for what is due elsewhere. */
async function deliverAll(deps: Deps, sender: Sender, underWay: Set<Promise<unknown>>): Promise<void> {
  const slow = new Set<string>();
  const endsAtMs = deps.now().getTime() + RUN_MS;
  for (;;) {
    await fanOut(deps.ledger, deps.now());
    const limit = deps.now().getTime() < endsAtMs ? MAX_LANES - underWay.size : 0;
    const lanes =
      limit === 0 ? [] : await claimLanes(deps.ledger, { limit, except: [...slow], now: deps.now() });
    for (const lane of lanes) {
      const run: Promise<boolean> = serveLaneLogged(deps, sender, lane).then((isSlow) => {
        if (isSlow) slow.add(lane.webhookId);
        return underWay.delete(run);
      });
      underWay.add(run);
    }
    if (underWay.size === 0) return;
    await Promise.race([...underWay, sleep(LOOK_EVERY_MS)]);
  }
}

/** A lane that cannot be served (the ledger is away) is logged and stops no other. */
async function serveLaneLogged(deps: Deps, sender: Sender, lane: Lane): Promise<boolean> {
  try {
    return await serveLane(deps, sender, lane);
  } catch (error) {
    deps.log.error({ err: error, webhookId: lane.webhookId }, "deliveries to a webhook were broken off");
    return true;
  }
}

/** Sends one batch to one endpoint; true when an attempt got no answer, so that this run leaves the endpoint alone. */
async function serveLane(deps: Deps, sender: Sender, lane: Lane): Promise<boolean> {
  const { ledger } = deps;
  try {
    const due = await findDue(ledger, { lane, limit: MAX_PARALLEL_PER_LANE, now: deps.now() });
    const outcomes = await Promise.all(
      due.map(async (delivery) => {
        const at = deps.now();
        const { url, secret } = lane;
        const body = JSON.stringify(delivery.body);
        const outcome = await sender.send({ id: delivery.messageId, url, secret, body, at });
        await recordAttempt(deps, { lane, delivery, at, outcome });
        return outcome;
      }),
    );
    return outcomes.some(({ status }) => status === null);
  } finally {
    await releaseLane(ledger, lane, deps.now());
  }
}
