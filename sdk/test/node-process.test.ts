import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startReceiver, type Receiver } from "./receiver.ts";

const CHILD = fileURLToPath(new URL("node-process-child.ts", import.meta.url));

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver.close());

interface End {
  code: unknown;
  signal: unknown;
  stderr: string;
}

function run(way: string, url: string): Promise<End> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CHILD, way, url], (error, _stdout, stderr) => {
      const { code = 0, signal = null } = error ?? {};
      resolve({ code, signal, stderr });
    });
  });
}

const SAID = { name: "said" };
const crash = (message: string, origin: string): object => ({
  name: "exception",
  attributes: { "exception.message": message, "vox.error.origin": origin },
});

test.for<[way: string, end: Partial<End>, events: object[]]>([
  ["has nothing left to do", { code: 0, stderr: "" }, [SAID]],
  ["calls process.exit", { code: 3, stderr: "" }, [SAID]],
  [
    "throws",
    { code: 1, stderr: expect.stringContaining("Error: nobody catches") as string },
    [SAID, crash("nobody catches", "uncaught")],
  ],
  [
    "rejects",
    { code: 1, stderr: expect.stringContaining("Error: nobody handles") as string },
    [SAID, crash("nobody handles", "rejection")],
  ],
  ["listens to its crash", { code: 4, stderr: "" }, [SAID, crash("the app decides", "uncaught")]],
  ["gets SIGTERM", { signal: "SIGTERM" }, [SAID]],
])("a process that %s ends as without us, and its events arrive", async ([way, end, events]) => {
  receiver.requests.length = 0;
  expect(await run(way, receiver.url)).toMatchObject(end);
  await expect.poll(() => receiver.events()).toMatchObject(events);
  if (way === "throws") expect(receiver.events()[1]?.attributes["user.id"]).toBe("u-1");
});

test("a process ends also while the collector is away", async () => {
  const away = await startReceiver();
  await away.close();
  expect(await run("has nothing left to do", away.url)).toMatchObject({ code: 0, stderr: "" });
  expect(await run("calls process.exit", away.url)).toMatchObject({ code: 3, stderr: "" });
});
