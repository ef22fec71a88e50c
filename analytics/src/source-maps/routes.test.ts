import { gzipSync } from "node:zlib";
import type { Hono } from "hono";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createErrorsRoutes } from "../errors/routes.ts";
import type { ErrorDetail } from "../errors/error-group.ts";
import { anEvent } from "../errors/slow-ranking.fixture.ts";
import type { ApiEnv } from "../http/api.ts";
import { createTestApp, openTestDeps, person } from "../http/test-app.fixture.ts";
import { deleteUnusedMapsJob } from "./job.ts";
import { MAP_BYTES_MAX } from "./limits.ts";
import { createSourceMapsRoutes } from "./routes.ts";
import type { StoredMap } from "./source-map.ts";

const NOW = Date.UTC(2026, 4, 1, 10);
const DEBUG_ID = "0f8e5a52-6d0b-4b3c-9b0e-3f0a6c1d2e3f";
let deps: Awaited<ReturnType<typeof openTestDeps>>;
let app: Hono<ApiEnv>;

beforeAll(async () => {
  deps = await openTestDeps(new Date(NOW));
  app = createTestApp(createSourceMapsRoutes(deps).route("/", createErrorsRoutes(deps)), person);
});
afterAll(() => deps.close());

/** Its first column is line 2 of the source, and names `submit`. */
const MAP = {
  version: 3,
  sources: ["../../src/transfer.ts"],
  sourcesContent: ["// one\nsubmit();\n// three"],
  names: ["submit"],
  mappings: "AACAA",
  debugId: DEBUG_ID,
};

async function post(body: string | Buffer, query: Record<string, string>): Promise<Response> {
  const search = new URLSearchParams(query).toString();
  const sent = typeof body === "string" ? body : new Uint8Array(body);
  return app.request(`/projects/bank/source-maps?${search}`, { method: "POST", body: sent });
}

async function reasonOf(response: Response): Promise<string> {
  expect(response.status).toBe(400);
  return ((await response.json()) as { detail: string }).detail;
}

const refused = async (map: unknown) =>
  reasonOf(await post(JSON.stringify(map), { file: "a.js", release: "1" }));

async function list(query = ""): Promise<StoredMap[]> {
  const response = await app.request(`/projects/bank/source-maps${query}`);
  return ((await response.json()) as { items: StoredMap[] }).items;
}

test("an uploaded map is listed once, however often it is sent, and can be deleted", async () => {
  for (const body of [JSON.stringify(MAP), gzipSync(JSON.stringify(MAP))]) {
    const response = await post(body, { file: "/assets/app.js", release: "8.0.1" });
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      debugId: DEBUG_ID,
      file: "assets/app.js",
      kind: "javascript",
    });
  }
  const [stored, ...more] = await list("?release=8.0.1");
  expect(more).toEqual([]);
  expect(await list("?release=8.0.2")).toEqual([]);
  const gone = await app.request(`/projects/bank/source-maps/${stored?.id}`, { method: "DELETE" });
  expect(gone.status).toBe(204);
  expect(await list()).toEqual([]);
  const again = await app.request(`/projects/bank/source-maps/${stored?.id}`, { method: "DELETE" });
  expect(again.status).toBe(404);
});

test("a map is read by the project's own members alone, and written with the scope for it", async () => {
  const reader = createTestApp(createSourceMapsRoutes(deps), { ...person, scopes: ["read"] });
  const other = createTestApp(createSourceMapsRoutes(deps), { ...person, projectId: "shop" });
  const request = { method: "POST", body: JSON.stringify(MAP) };
  expect((await reader.request("/projects/bank/source-maps?file=a.js", request)).status).toBe(403);
  expect((await other.request("/projects/bank/source-maps")).status).toBe(403);
});

test("what is no source map is refused with the reason", async () => {
  const named = { file: "a.js", release: "1" };
  expect(await reasonOf(await post("", named))).toContain("empty");
  expect(await reasonOf(await post("<html>", named))).toContain("not JSON");
  expect(await reasonOf(await post(Buffer.from([0x7b, 0xff, 0xfe]), named))).toContain("UTF-8");
  expect(await reasonOf(await post(gzipSync("{}").subarray(0, 12), named))).toContain("whole gzip");
  expect(await refused([])).toContain("not a source map");
  expect(await refused({ ...MAP, version: 2 })).toContain("version");
  expect(await refused({ ...MAP, mappings: "A A" })).toContain("mappings");
  expect(await refused({ ...MAP, mappings: "AEAA" })).toContain("not in it");
  expect(await refused({ ...MAP, mappings: "AADA" })).toContain("not in it");
  expect(await refused({ ...MAP, sources: [1] })).toContain("sources.0");
});

test("a small body that becomes a large one is refused at the limit", async () => {
  const bomb = gzipSync(Buffer.alloc(MAP_BYTES_MAX + 1, " "));
  expect(await reasonOf(await post(bomb, { file: "a.js", release: "1" }))).toContain(
    `${MAP_BYTES_MAX} bytes`,
  );
});

test("what would fill the memory when it is parsed is refused before, and braces in a source do not count", async () => {
  const bomb = gzipSync(`{"version":3,"x":[${"{},".repeat(15_000_000)}{}]}`);
  expect(await reasonOf(await post(bomb, { file: "a.js", release: "1" }))).toContain("more objects");
  const deep = "[".repeat(1_000_000);
  expect(await reasonOf(await post(deep, { file: "a.js", release: "1" }))).toContain("more objects");
  const large = { ...MAP, sourcesContent: ['{"\\,['.repeat(300_000)], debugId: undefined };
  expect((await post(JSON.stringify(large), { file: "large.js", release: "1" })).status).toBe(201);
});

test("what an upload says of itself must make it findable and safe", async () => {
  const body = JSON.stringify({ ...MAP, debugId: undefined });
  expect(await reasonOf(await post(body, { file: "a.js" }))).toContain("release");
  expect(await reasonOf(await post(body, { release: "1" }))).toContain("file");
  expect(await reasonOf(await post(body, { file: "../a.js", release: "1" }))).toContain("file");
  expect(await reasonOf(await post(body, { file: "a.js", debugId: "1" }))).toContain("debugId");
  expect(await reasonOf(await post("{}", { kind: "r8", release: "1" }))).toContain("no class");
  const long = gzipSync("a -> b:\n".repeat(2_000_001));
  expect(await reasonOf(await post(long, { kind: "r8", release: "1" }))).toContain("lines");
});

test("an indexed map is joined; a part of a part, and one by address, is refused", async () => {
  const section = { offset: { line: 3, column: 0 }, map: MAP };
  const response = await post(JSON.stringify({ version: 3, sections: [section] }), {
    file: "indexed.js",
    release: "1",
  });
  expect(response.status).toBe(201);
  const nested = { ...section, map: { version: 3, sections: [section] } };
  expect(await refused({ version: 3, sections: [nested] })).toContain("sections.0.map");
  expect(await refused({ version: 3, sections: [{ offset: section.offset, url: "http://x/" }] })).toContain(
    "map",
  );
  const frames = await framesOf(
    { release: "1", stack: "Error: x\n    at a (https://bank.test/indexed.js:4:1)" },
    "indexed",
  );
  expect(frames).toMatchObject([{ file: "src/transfer.ts", line: 2 }]);
});

/** What the API answers of a stored error with this stack. */
async function framesOf(event: { release: string; stack: string }, fingerprint: string) {
  const stored = anEvent({
    error_type: "Error",
    error_stack: event.stack,
    error_fingerprint: fingerprint,
    service_version: event.release,
  });
  const time = new Date(NOW - 60_000).toISOString();
  await deps.warehouse.insert("events_v1", [{ ...stored, project_id: "bank", time }]);
  const response = await app.request(`/projects/bank/errors/${fingerprint}`);
  expect(response.status).toBe(200);
  return ((await response.json()) as ErrorDetail).samples[0]?.frames;
}

test("the release decides between files of one name; without it only a name of one build does", async () => {
  const stack = "Error: x\n    at a (https://bank.test/app/main.js?v=1:1:1)";
  await post(JSON.stringify(MAP), { file: "main.js", release: "1", debugId: DEBUG_ID });
  expect(await framesOf({ release: "9", stack }, "one-build")).toMatchObject([
    { file: "src/transfer.ts", line: 2, mapped: true, inApp: true, context: { firstLine: 1 } },
  ]);
  const second = { ...MAP, sources: ["src/second.ts"], debugId: undefined };
  await post(JSON.stringify(second), { file: "main.js", release: "2" });
  expect(await framesOf({ release: "2", stack }, "second")).toMatchObject([{ file: "src/second.ts" }]);
  expect(await framesOf({ release: "1", stack }, "first")).toMatchObject([{ file: "src/transfer.ts" }]);
  expect(await framesOf({ release: "9", stack }, "unknown")).toBeNull();
});

test("a stack of R8 is retraced with the release's mapping, what was inlined included", async () => {
  const mapping = [
    "# compiler: R8",
    "com.bank.Transfer -> a.b.c:",
    '# {"id":"sourceFile","fileName":"Transfer.kt"}',
    "    java.lang.String account -> a",
    "    1:3:void com.bank.Limits.check(int):20:22 -> a",
    "    1:3:void submit(int):10 -> a",
    "    4:4:void submit(int):14:14 -> a",
    "    void stop() -> b",
  ].join("\n");
  expect((await post(gzipSync(mapping), { kind: "r8", release: "8.0.1" })).status).toBe(201);
  const stack = [
    "java.lang.IllegalStateException: over the limit",
    "\tat a.b.c.a(SourceFile:2)",
    "\tat a.b.c.a(SourceFile:4)",
    "\tat a.b.c.b(Unknown Source:7)",
    "\tat android.os.Handler.dispatchMessage(Handler.java:106)",
  ].join("\n");
  expect(await framesOf({ release: "8.0.1", stack }, "r8")).toMatchObject([
    { function: "com.bank.Limits.check", file: "Limits.java", line: 21, inApp: true },
    { function: "com.bank.Transfer.submit", file: "Transfer.kt", line: 10 },
    { function: "com.bank.Transfer.submit", file: "Transfer.kt", line: 14 },
    { function: "com.bank.Transfer.stop", file: "Transfer.kt", mapped: true },
    { function: "dispatchMessage", mapped: false, inApp: false },
  ]);
});

test("maps that nobody used for 90 days are deleted, others stay", async () => {
  const before = await list();
  expect(before.length).toBeGreaterThan(0);
  await deleteUnusedMapsJob.run({ ...deps, now: () => new Date(NOW + 89 * 86_400_000) });
  expect(await list()).toHaveLength(before.length);
  await deleteUnusedMapsJob.run({ ...deps, now: () => new Date(NOW + 91 * 86_400_000) });
  expect(await list()).toEqual([]);
});
