import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import type { ErrorRanking } from "./error-group.ts";
import { createErrorsRoutes } from "./routes.ts";
import { errorPath } from "./path.ts";
import { anEvent } from "./slow-ranking.fixture.ts";

const NOW = Date.UTC(2026, 4, 10, 10);
const AT = NOW - 3_600_000;
const MINUTE = 60_000;
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: ReturnType<typeof createTestApp>;
let group: string;

const of = (minutes: number, event_id: string, change = {}) =>
  anEvent({ time: AT + minutes * MINUTE, event_id, event_name: "vox.page.viewed", flow: "", ...change });

beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
  app = createTestApp(createErrorsRoutes(deps), person);
  const signedIn = { customer_id: "u1", user_id: "u1", installation_id: "phone" };
  const events = [
    of(-16, "long ago", signedIn),
    of(-10, "before signing in", { customer_id: "phone", installation_id: "phone", page: "/home" }),
    of(-5, "viewed", { ...signedIn, page: "/transfer" }),
    of(-5, "of another", { customer_id: "u2" }),
    of(0, "sample", {
      ...signedIn,
      event_name: "vox.transaction",
      flow: "transfer",
      step: "confirm",
      outcome: "failed",
      error_code: "E1",
    }),
    of(2, "went on", { ...signedIn, page: "/limits" }),
    of(16, "much later", signedIn),
    // Of a customer who did very much in little time.
    of(0, "busy", { customer_id: "u3", event_name: "vox.transaction", flow: "transfer", error_code: "E1" }),
    ...Array.from({ length: 60 }, (_, index) => of(-1 + index / 100, `b${index}`, { customer_id: "u3" })),
    ...Array.from({ length: 41 }, (_, index) => of(1 + index / 100, `a${index}`, { customer_id: "u3" })),
  ];
  const rows = events.map((event) => ({
    ...event,
    project_id: "bank",
    time: new Date(event.time).toISOString(),
  }));
  // Sent twice, as by a client whose answer was lost.
  await deps.warehouse.insert("events_v1", rows);
  await deps.warehouse.insert("events_v1", rows);
  const list = (await (await app.request("/projects/bank/errors")).json()) as ErrorRanking;
  group = list.items[0]?.fingerprint ?? "";
});
afterAll(() => deps.close());

const pathOf = (eventId: string, time = AT) =>
  app.request(
    `/projects/bank/errors/${group}/path?${new URLSearchParams({ eventId, time: new Date(time).toISOString() })}`,
  );

test("a sample's path is what its customer did around it, also before signing in on that device", async () => {
  const { items, ...cut } = errorPath.parse(await (await pathOf("sample")).json());
  expect(items.map(({ eventId }) => eventId)).toEqual(["before signing in", "viewed", "sample", "went on"]);
  expect(items[2]).toEqual({
    eventId: "sample",
    time: new Date(AT).toISOString(),
    event: "vox.transaction",
    page: "",
    flow: "transfer",
    step: "confirm",
    outcome: "failed",
    error: "E1",
  });
  expect(cut).toEqual({ isCutBefore: false, isCutAfter: false });
});

test("of a long path the nearest forty events of each side are told, and that there are more", async () => {
  const { items, ...cut } = errorPath.parse(await (await pathOf("busy")).json());
  expect(items).toHaveLength(81);
  expect(items[0]?.eventId).toBe("b20");
  expect(items.at(-1)?.eventId).toBe("a39");
  expect(cut).toEqual({ isCutBefore: true, isCutAfter: true });
});

test("an event that is not of the group, or at another time, has none", async () => {
  expect((await pathOf("viewed", AT - 5 * MINUTE)).status).toBe(404);
  expect((await pathOf("sample", AT + 1)).status).toBe(404);
  const refused = await app.request(`/projects/bank/errors/${group}/path?eventId=sample&time=yesterday`);
  expect(refused.status).toBe(400);
});
