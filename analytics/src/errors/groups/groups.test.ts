import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { createTestApp, openTestDeps, person } from "../../http/test-app.fixture.ts";
import { anEvent } from "../slow-ranking.fixture.ts";
import { createErrorsRoutes } from "../routes.ts";
import { keepGroupsJob } from "./job.ts";

const NOW = Date.UTC(2026, 4, 10, 10);
const DAY_MS = 86_400_000;
let now = new Date(NOW);
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: ReturnType<typeof createTestApp>;
beforeAll(async () => {
  deps = { ...(await openTestDeps(now)), now: () => now };
  app = createTestApp(createErrorsRoutes(deps), person);
});
afterAll(() => deps.close());

async function fail(code: string, customers: string[], before = 1000): Promise<void> {
  const rows = customers.map((customer_id, at) => ({
    ...anEvent({ customer_id, outcome: "failed", error_code: code, error_message: `${code} happened` }),
    project_id: "bank",
    event_id: `${code}-${customer_id}-${before}`,
    time: new Date(now.getTime() - before - at).toISOString(),
  }));
  await deps.warehouse.insert("events_v1", rows);
}

const some = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}${at}`);

async function call(method: string, path: string, body?: object) {
  const answer = await app.request(`/projects/bank/errors${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
}

interface Listed {
  fingerprint: string;
  code: string;
  customers: number;
  events: number;
  rank: number;
}
const listed = async (query = ""): Promise<Listed[]> => (await call("GET", query)).body.items;
const of = async (code: string, query = ""): Promise<Listed> => {
  const found = (await listed(query)).find((group) => group.code === code);
  if (found === undefined) throw new Error(`${code} is not listed`);
  return found;
};

test("merged groups are one, customers of both once, and events that come later are counted there too", async () => {
  await fail("E1", ["a", "b", "c"]);
  await fail("E2", ["c", "d"]);
  const [one, two] = [await of("E1"), await of("E2")];
  const merged = await call("POST", `/${one.fingerprint}/merge`, { fingerprints: [two.fingerprint] });
  expect(merged.body).toEqual({ moved: { [two.fingerprint]: [two.fingerprint] } });
  expect(await listed()).toMatchObject([{ fingerprint: one.fingerprint, customers: 4, events: 5 }]);
  await fail("E2", ["e"], 500);
  expect(await listed()).toMatchObject([
    { fingerprint: one.fingerprint, code: "E1", title: "E1 happened", customers: 5, events: 6 },
  ]);
  // A link to what it was leads to what it is.
  const detail = await call("GET", `/${two.fingerprint}`);
  expect(detail.body.group).toMatchObject({ fingerprint: one.fingerprint, customers: 5 });
});

test("a group tells its members, what makes their events equal, and who merged them", async () => {
  const [one] = await listed();
  const { body } = await call("GET", `/${one?.fingerprint}/group`);
  expect(body.members).toMatchObject([
    { fingerprint: one?.fingerprint, code: "E1", by: "earlier" },
    { code: "E2", title: "E2 happened" },
  ]);
  expect(body.changes).toMatchObject([{ kind: "merged", actor: "pm@bank.test" }]);
});

test("a member taken out is a group of its own again, with all its events", async () => {
  const [one] = await listed();
  const members = (await call("GET", `/${one?.fingerprint}/group`)).body.members;
  const second = members[1].fingerprint;
  expect((await call("POST", `/${one?.fingerprint}/unmerge`, { fingerprints: [second] })).status).toBe(204);
  expect(await of("E1")).toMatchObject({ customers: 3, events: 3 });
  expect(await of("E2")).toMatchObject({ customers: 3, events: 3 });
});

test("a group with members is merged with them, and what it gives takes it out with them again", async () => {
  await fail("E3", ["x"]);
  const [one, two, three] = [await of("E1"), await of("E2"), await of("E3")];
  await call("POST", `/${two.fingerprint}/merge`, { fingerprints: [three.fingerprint] });
  const { body } = await call("POST", `/${one.fingerprint}/merge`, { fingerprints: [two.fingerprint] });
  expect(await listed()).toHaveLength(1);
  await call("POST", `/${one.fingerprint}/unmerge`, { fingerprints: body.moved[two.fingerprint] });
  expect((await listed()).map(({ code, customers }) => [code, customers])).toEqual([
    ["E2", 4],
    ["E1", 3],
  ]);
  await call("POST", `/${two.fingerprint}/unmerge`, { fingerprints: [three.fingerprint] });
});

test("merging with itself, with a part of another or with nothing known is refused with the reason", async () => {
  const [one, two, three] = [await of("E1"), await of("E2"), await of("E3")];
  const merge = (into: string, ...fingerprints: string[]) => call("POST", `/${into}/merge`, { fingerprints });
  expect(await merge(one.fingerprint, one.fingerprint)).toMatchObject({ status: 409 });
  await merge(two.fingerprint, three.fingerprint);
  const part = await merge(three.fingerprint, one.fingerprint);
  expect(part.body.detail).toBe(`${three.fingerprint} is part of the group ${two.fingerprint} already.`);
  expect(await merge(one.fingerprint, "nothing")).toMatchObject({
    status: 404,
    body: { detail: 'There is no error group "nothing"' },
  });
  expect(await merge(one.fingerprint)).toMatchObject({ status: 400 });
  await call("POST", `/${two.fingerprint}/unmerge`, { fingerprints: [three.fingerprint] });
});

test("an archived group is not listed, counts in the totals, and is back when enough customers more met it", async () => {
  const one = await of("E1");
  const body = { until: "customers", customers: 2 };
  expect((await call("PUT", `/${one.fingerprint}/archive`, body)).status).toBe(204);
  const { items, totals } = (await call("GET", "")).body;
  expect(items.map((group: Listed) => group.code)).toEqual(["E2", "E3"]);
  expect(totals).toMatchObject({ archivedGroups: 1, groups: 3 });
  expect((await listed("?archived=true")).map(({ code }) => code)).toContain("E1");
  expect((await call("GET", "/hidden")).body.items).toMatchObject([
    { title: "E1 happened", archive: { ...body, by: "pm@bank.test" } },
  ]);
  now = new Date(NOW + 60_000);
  await fail("E1", ["new1"]);
  await keepGroupsJob.run(deps);
  expect((await listed()).map(({ code }) => code)).not.toContain("E1");
  await fail("E1", ["new2"]);
  await keepGroupsJob.run(deps);
  expect(await of("E1")).toMatchObject({ customers: 5 });
  const { changes } = (await call("GET", `/${one.fingerprint}/group`)).body;
  expect(changes[0]).toMatchObject({
    kind: "listed",
    actor: "job:keep-groups",
    data: { customers: 2, of: 2 },
  });
});

test("a group archived until it escalates stays away at its old pace and is back when it is surely more", async () => {
  now = new Date(NOW);
  for (const day of [1, 2, 3]) await fail("E5", some(`d${day}-`, 20), day * DAY_MS - 3_600_000);
  const five = await of("E5");
  await call("PUT", `/${five.fingerprint}/archive`, { until: "escalates" });
  now = new Date(NOW + DAY_MS);
  await fail("E5", some("next", 25));
  await keepGroupsJob.run(deps);
  expect((await listed()).map(({ code }) => code)).not.toContain("E5");
  await fail("E5", some("many", 60));
  await keepGroupsJob.run(deps);
  expect((await listed()).map(({ code }) => code)).toContain("E5");
  await call("PUT", `/${five.fingerprint}/archive`, { until: "forever" });
  await keepGroupsJob.run(deps);
  expect((await listed()).map(({ code }) => code)).not.toContain("E5");
  expect((await call("DELETE", `/${five.fingerprint}/archive`)).status).toBe(204);
  expect((await listed()).map(({ code }) => code)).toContain("E5");
});

const stored = async (code: string) => {
  const sql = `
  SELECT countIf(event_name = 'vox.transaction') AS transactions, count() - transactions AS others,
    (SELECT count() FROM error_events_v1 WHERE error_code = {code: String}) AS errors
  FROM events_v1 WHERE error_code = {code: String}`;
  const row = z.object({ transactions: z.number(), others: z.number(), errors: z.number() });
  const [counted] = await deps.warehouse.query({ name: "stored", sql, params: { code }, row });
  return counted;
};

test("what is discarded is deleted, now and when it comes in late, but failed transactions stay failed", async () => {
  await fail("E6", ["a", "b"]);
  const six = await of("E6");
  const shown = { ...anEvent({ customer_id: "a", error_code: "E6" }), event_name: "exception" };
  const at = new Date(now.getTime() - 100).toISOString();
  await deps.warehouse.insert("events_v1", [{ ...shown, project_id: "bank", event_id: "shown", time: at }]);
  expect(await stored("E6")).toEqual({ transactions: 2, others: 1, errors: 3 });
  expect((await call("PUT", `/${six.fingerprint}/discard`)).status).toBe(204);
  expect(await stored("E6")).toEqual({ transactions: 2, others: 0, errors: 0 });
  await fail("E6", ["late"], 200);
  await keepGroupsJob.run(deps);
  expect(await stored("E6")).toEqual({ transactions: 3, others: 0, errors: 0 });
  expect((await call("GET", "/hidden")).body.items).toMatchObject([{ title: "E6", isDiscarded: true }]);
  const merge = await call("POST", `/${(await of("E1")).fingerprint}/merge`, {
    fingerprints: [six.fingerprint],
  });
  expect(merge.body.detail).toContain("is discarded");
  await call("DELETE", `/${six.fingerprint}/discard`);
  await fail("E6", ["again"], 50);
  await keepGroupsJob.run(deps);
  expect(await of("E6")).toMatchObject({ customers: 1 });
});

const as = (...scopes: ("read" | "write")[]) =>
  createTestApp(createErrorsRoutes(deps), { name: "token:ci", scopes, projectId: "bank" });

test("deciding needs the scope for it, and discarding that of an administrator", async () => {
  const one = await of("E1");
  const path = `/projects/bank/errors/${one.fingerprint}`;
  const status = async (who: ReturnType<typeof as>, method: string, end: string) =>
    (await who.request(path + end, { method })).status;
  expect(await status(as("read"), "DELETE", "/archive")).toBe(403);
  expect(await status(as("read", "write"), "DELETE", "/archive")).toBe(204);
  expect(await status(as("read", "write"), "PUT", "/discard")).toBe(403);
});

const rules = (method: string, path: string, body?: object) =>
  app.request(`/projects/bank/grouping-rules${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });

test("rules are tried on past events before they are saved, and a stale save is refused with the current ones", async () => {
  const draft = [
    { group: "Old", conditions: [{ property: "code", patterns: ["E1", "E2"] }], splitBy: ["flow"] },
    { group: "Nothing", conditions: [{ property: "code", patterns: ["e1"] }] },
  ];
  const tried = await (await rules("POST", "/test?from=2026-05-01T00:00:00Z", { rules: draft })).json();
  expect(tried.rules[0]).toMatchObject({ groupsBefore: 2, groupsAfter: 1 });
  expect(tried.rules[0].samples[0]).toMatchObject({ message: "E1 happened", flow: "transfer" });
  expect(tried.rules[0].events).toBeGreaterThan(5);
  expect(tried.rules[1]).toMatchObject({ events: 0, samples: [] });
  expect(await (await rules("GET", "")).json()).toMatchObject({ rules: [], version: 0 });
  expect(await (await rules("PUT", "", { rules: draft, version: 0 })).json()).toMatchObject({
    version: 1,
    updatedBy: "pm@bank.test",
    rules: [{ group: "Old", isEnabled: true }, { group: "Nothing" }],
  });
  const stale = await rules("PUT", "", { rules: [], version: 0 });
  expect([stale.status, (await stale.json()).current.version]).toEqual([409, 1]);
});

test("a rule that would take everything, or that nobody can read, is refused by name", async () => {
  const conditions = [{ property: "message", patterns: ["**"] }];
  const answer = await rules("PUT", "", { rules: [{ group: "All", conditions }], version: 1 });
  expect((await answer.json()).detail).toContain("rules.0.conditions.0.patterns.0");
});
