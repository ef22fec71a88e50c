import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { init, type InitOptions, type NodeVoxloop } from "../src/node.ts";
import { createMemoryTransport, type MemoryTransport } from "../src/testing.ts";

const OPTIONS = { writeKey: "vxk_node", service: "core-bank", release: "3.1.0", environment: "staging" };

let memory: MemoryTransport;
let voxloop: NodeVoxloop;

function open(options: Partial<InitOptions> = {}): void {
  memory = createMemoryTransport();
  voxloop = init({ ...OPTIONS, endpoint: "http://x", transport: memory.transport, ...options });
}

async function sent(): Promise<[name: string, who: unknown][]> {
  await voxloop.flush();
  return memory.events.map(({ name, attributes }) => [
    name,
    attributes["user.id"] ?? attributes["app.installation.id"],
  ]);
}

beforeEach(() => open());
afterEach(() => voxloop.shutdown());

describe("the work of a customer", () => {
  test("is theirs over awaits, timers and promises, while others work at the same time", async () => {
    const work = async (name: string, waitMs: number): Promise<string> => {
      voxloop.track(`${name}.begin`);
      await sleep(waitMs);
      await Promise.all([1, 2].map(async (part) => voxloop.track(`${name}.${part}`)));
      setTimeout(() => voxloop.track(`${name}.later`), 1);
      await sleep(5);
      return name;
    };
    const results = await Promise.all([
      voxloop.run("u-1", () => work("a", 8)),
      voxloop.run({ installationId: "i-2" }, () => work("b", 2)),
    ]);
    voxloop.track("outside");
    expect(results).toEqual(["a", "b"]);
    const events = await sent();
    expect(events.filter(([name]) => name.startsWith("a.")).map(([, who]) => who)).toEqual(
      Array(4).fill("u-1"),
    );
    expect(events.filter(([name]) => name.startsWith("b.")).map(([, who]) => who)).toEqual(
      Array(4).fill("i-2"),
    );
    expect(events.at(-1)).toEqual(["outside", undefined]);
  });

  test("has a screen, attributes and an open transaction of its own", async () => {
    voxloop.run(
      "u-1",
      () => {
        voxloop.screen("transfer");
        voxloop.setAttributes({ tier: "gold" });
        voxloop.transaction("transfer");
        voxloop.run("u-2", () => voxloop.captureError(new Error("another's")));
        voxloop.captureError(new Error("mine"));
      },
      { "vox.channel": "wechat" },
    );
    await voxloop.flush();
    const [another, mine] = memory.events.filter(({ name }) => name === "exception");
    expect(another?.attributes).not.toHaveProperty("vox.flow");
    expect(another?.attributes).not.toHaveProperty("app.screen.name");
    expect(mine?.attributes).toMatchObject({
      "user.id": "u-1",
      "app.screen.name": "transfer",
      "vox.channel": "wechat",
      "vox.flow": "transfer",
      tier: "gold",
    });
  });

  test("is whoever the callback names by the time of the event", async () => {
    let user: string | undefined;
    voxloop.run(
      () => ({ installationId: "i-1", userId: user }),
      () => {
        voxloop.track("before");
        user = "u-1";
        voxloop.track("after");
      },
    );
    expect(await sent()).toEqual([
      ["before", "i-1"],
      ["after", "u-1"],
    ]);
  });

  test("is given back, and its error passed on, whatever the customer is", async () => {
    const strange = [
      null,
      undefined,
      7,
      {},
      { userId: {} },
      () => {
        throw new Error("no session");
      },
      new Proxy(
        {},
        {
          get() {
            throw new Error("proxy");
          },
        },
      ),
    ];
    for (const customer of strange)
      expect(voxloop.run(customer as string, () => (voxloop.track("x"), 42))).toBe(42);
    const failure = new Error("the app's own");
    expect(() =>
      voxloop.run("u-1", () => {
        throw failure;
      }),
    ).toThrow(failure);
    await expect(voxloop.run("u-1", () => Promise.reject(failure))).rejects.toBe(failure);
    expect((await sent()).map(([, who]) => who)).toEqual([
      undefined,
      undefined,
      "7",
      ...Array(4).fill(undefined),
    ]);
  });

  test("keeps a client made for somebody else with that somebody", async () => {
    const other = voxloop.withCustomer("u-9");
    voxloop.run("u-1", () => other.track("theirs"));
    voxloop.run(other, () => voxloop.track("by their client"));
    expect(await sent()).toEqual([
      ["theirs", "u-9"],
      ["by their client", "u-9"],
    ]);
  });
});

test("a serverless runtime is asked to wait once for the events that come together", async () => {
  const promises: Promise<void>[] = [];
  open({ waitUntil: (sent) => void promises.push(sent), flushIntervalMs: 60_000 });
  voxloop.track("a");
  voxloop.track("b");
  await Promise.all(promises);
  voxloop.track("c");
  await Promise.all(promises);
  expect(promises).toHaveLength(2);
  expect(memory.events.map(({ name }) => name)).toEqual(["a", "b", "c"]);
});

test("without a usable provider the client does nothing", async () => {
  open({ provider: "globel" as "global" });
  voxloop.track("x");
  expect(voxloop.run("u-1", () => 1)).toBe(1);
  expect(await sent()).toEqual([]);
});
