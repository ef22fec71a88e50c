import { schema } from "@voxloop/ledger";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createApi } from "../app.ts";
import type { Deps } from "../deps.ts";
import { openTestDeps } from "../http/test-app.fixture.ts";
import { ensureAdmin, ensureBootstrapToken } from "./first-start.ts";
import type { ApiToken, CreatedApiToken } from "./person.ts";

const START = new Date("2026-03-01T00:00:00Z");
const DAY_MS = 86_400_000;
const EMAIL = "Pm@Bank.test";
const PASSWORD = "correct horse battery staple";

let deps: Deps & { close(): Promise<void> };
let now = START;
let api: ReturnType<typeof createApi>;

beforeAll(async () => {
  const opened = await openTestDeps(START);
  deps = { ...opened, now: () => now };
});
afterAll(() => deps.close());
beforeEach(async () => {
  now = START;
  api = createApi(deps);
  await deps.ledger.db.delete(schema.users);
  await deps.ledger.db.delete(schema.apiTokens);
});

const admin = (password?: string) =>
  ensureAdmin(deps.ledger, { email: EMAIL, password, now, publicUrl: deps.publicUrl });

async function call(
  method: string,
  path: string,
  more: { body?: object; headers?: Record<string, string>; ip?: string } = {},
) {
  const headers = { "content-type": "application/json", ...more.headers };
  const init = { method, headers, ...(more.body && { body: JSON.stringify(more.body) }) };
  return api.request(`/api/v1${path}`, init, {
    incoming: { socket: { remoteAddress: more.ip ?? "10.0.0.1" } },
  });
}

const signIn = (password: string, ip?: string) =>
  call("POST", "/session", { body: { email: "pm@bank.test", password }, ...(ip !== undefined && { ip }) });

function cookieOf(response: Response): string {
  return response.headers.get("set-cookie")?.split(";")[0] ?? "";
}

const isSignedIn = async (cookie: string) =>
  (await call("GET", "/projects", { headers: { cookie } })).status === 200;

test("a person signs in with e-mail and password, is known by a cookie, and signs out", async () => {
  await admin(PASSWORD);
  const response = await signIn(PASSWORD);
  expect(response.status).toBe(200);
  const me = { email: "pm@bank.test", name: "pm", projects: [{ id: "bank" }, { id: "shop" }] };
  expect(await response.json()).toMatchObject(me);
  expect(response.headers.get("set-cookie")).toMatch(
    /^voxloop_session=vss_[\w-]{32}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  const cookie = cookieOf(response);
  expect(await (await call("GET", "/session", { headers: { cookie } })).json()).toMatchObject(me);
  expect(await isSignedIn(cookie)).toBe(true);
  const out = await call("DELETE", "/session", { headers: { cookie } });
  expect(out.status).toBe(204);
  expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
  expect(await isSignedIn(cookie)).toBe(false);
  expect((await call("GET", "/session", { headers: { cookie } })).status).toBe(401);
});

test("the cookie travels over https only, where the server is public by https", async () => {
  await admin(PASSWORD);
  api = createApi({ ...deps, publicUrl: "https://vox.test" });
  const response = await signIn(PASSWORD);
  expect(response.headers.get("set-cookie")).toContain("Secure");
  expect(response.headers.get("strict-transport-security")).toContain("max-age=");
});

test("a session ends after 14 days", async () => {
  await admin(PASSWORD);
  const cookie = cookieOf(await signIn(PASSWORD));
  now = new Date(+START + 14 * DAY_MS - 1);
  expect(await isSignedIn(cookie)).toBe(true);
  now = new Date(+START + 14 * DAY_MS);
  expect(await isSignedIn(cookie)).toBe(false);
});

test("a wrong password and an unknown e-mail get the same answer", async () => {
  await admin(PASSWORD);
  const wrong = await signIn("wrong");
  const unknown = await call("POST", "/session", { body: { email: "who@bank.test", password: PASSWORD } });
  expect([wrong.status, unknown.status]).toEqual([401, 401]);
  expect(await wrong.json()).toEqual(await unknown.json());
});

test("a person without a password cannot sign in with one", async () => {
  await admin();
  for (const password of ["null", " ", "undefined"]) expect((await signIn(password)).status).toBe(401);
});

test("after ten wrong passwords an e-mail waits 15 minutes at that address, and only there", async () => {
  await admin(PASSWORD);
  for (let attempt = 0; attempt < 10; attempt++) expect((await signIn("wrong")).status).toBe(401);
  const refused = await signIn(PASSWORD);
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("900");
  expect(await refused.json()).toMatchObject({
    title: "Too many attempts",
    detail: expect.stringContaining("900 seconds"),
  });
  expect((await signIn(PASSWORD, "10.0.0.2")).status).toBe(200);
  now = new Date(+START + 900_000);
  expect((await signIn(PASSWORD)).status).toBe(200);
});

test("the first start's link signs in once, within a day, and its secret is not stored", async () => {
  const { created, signInLink } = await admin();
  expect(created).toBe(true);
  const token = new URL(signInLink ?? "").searchParams.get("token");
  expect(signInLink).toBe(`http://vox.test/sign-in?token=${token}`);
  expect(JSON.stringify(await deps.ledger.db.select().from(schema.signInLinks))).not.toContain(token);
  const use = () => call("POST", "/session/link", { body: { token } });
  const both = await Promise.all([use(), use()]);
  expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200, 401]));
  const cookie = cookieOf(both.find(({ status }) => status === 200) as Response);
  expect(await isSignedIn(cookie)).toBe(true);
  expect((await admin()).signInLink).toBeUndefined();

  await deps.ledger.db.delete(schema.sessions);
  const later = await admin();
  expect(later).toMatchObject({ created: false, signInLink: expect.stringContaining("/sign-in?token=vsl_") });
  now = new Date(+START + DAY_MS);
  const late = { token: new URL(later.signInLink ?? "").searchParams.get("token") };
  expect((await call("POST", "/session/link", { body: late })).status).toBe(401);
});

test("a configured password replaces the stored one and ends the sessions made with it", async () => {
  expect(await admin(PASSWORD)).toEqual({ created: true, signInLink: undefined });
  const cookie = cookieOf(await signIn(PASSWORD));
  await admin(PASSWORD);
  expect(await isSignedIn(cookie)).toBe(true);
  await admin("another");
  expect(await isSignedIn(cookie)).toBe(false);
  expect((await signIn(PASSWORD)).status).toBe(401);
  expect((await signIn("another")).status).toBe(200);
});

test("a write that another site makes the browser send is refused", async () => {
  await admin(PASSWORD);
  const cookie = cookieOf(await signIn(PASSWORD));
  const write = async (headers: Record<string, string>) =>
    (await call("PATCH", "/projects/bank", { body: { name: "Bank" }, headers: { cookie, ...headers } }))
      .status;
  expect(await write({ origin: "https://evil.test", "sec-fetch-site": "cross-site" })).toBe(403);
  expect(await write({ origin: "https://evil.test" })).toBe(403);
  expect(await write({ origin: "null" })).toBe(403);
  expect(await write({ "sec-fetch-site": "same-site" })).toBe(403);
  expect(await write({ origin: deps.publicUrl })).toBe(200);
  expect(await write({ origin: "http://localhost", "sec-fetch-site": "same-origin" })).toBe(200);
  expect(await write({ origin: "http://localhost" })).toBe(200);
  expect(await write({})).toBe(200);
});

const as = (token: string) => ({ authorization: `Bearer ${token}` });

test("a token acts with its own scopes until it is revoked", async () => {
  await ensureBootstrapToken(deps.ledger, "vxl_bootstrap");
  await ensureBootstrapToken(deps.ledger, "vxl_bootstrap");
  const root = as("vxl_bootstrap");
  const body = { name: "ci", scopes: ["read"], projectId: "bank" };
  const created = await call("POST", "/tokens", { body, headers: root });
  expect(created.status).toBe(201);
  const { token, id, hint } = (await created.json()) as CreatedApiToken;
  expect(token.startsWith(hint.slice(0, 8))).toBe(true);
  const projects = await call("GET", "/projects", { headers: as(token) });
  expect(await projects.json()).toMatchObject({ items: [{ id: "bank" }], nextCursor: null });
  expect((await call("GET", "/tokens", { headers: as(token) })).status).toBe(403);
  expect((await call("DELETE", `/tokens/${id}`, { headers: root })).status).toBe(204);
  expect((await call("GET", "/projects", { headers: as(token) })).status).toBe(401);
  const list = await call("GET", "/tokens", { headers: root });
  const text = await list.text();
  expect(text).not.toContain(token);
  const { items } = JSON.parse(text) as { items: ApiToken[] };
  expect(items).toHaveLength(2);
  expect(items.find((one) => one.id === id)).toMatchObject({ ...body, revokedAt: START.toISOString() });
  expect(
    (await call("DELETE", "/tokens/00000000-0000-4000-8000-000000000000", { headers: root })).status,
  ).toBe(404);
});

test("nobody gives a token more than they have", async () => {
  await ensureBootstrapToken(deps.ledger, "vxl_bootstrap");
  const create = (token: string, scopes: string[], projectId: string | null) =>
    call("POST", "/tokens", {
      body: { name: "t", scopes, projectId },
      headers: { authorization: `Bearer ${token}` },
    });
  const { token: ofBank } = (await (
    await create("vxl_bootstrap", ["admin"], "bank")
  ).json()) as CreatedApiToken;
  expect((await create(ofBank, ["admin"], "bank")).status).toBe(201);
  expect((await create(ofBank, ["admin", "read"], "bank")).status).toBe(403);
  expect((await create(ofBank, ["admin"], "shop")).status).toBe(403);
  expect((await create(ofBank, ["admin"], null)).status).toBe(403);
  const list = await call("GET", "/tokens", { headers: { authorization: `Bearer ${ofBank}` } });
  const { items } = (await list.json()) as { items: ApiToken[] };
  expect(items.map(({ projectId }) => projectId)).toEqual(["bank", "bank"]);
  const all = await deps.ledger.db.select().from(schema.apiTokens);
  const bootstrap = all.find(({ name }) => name === "bootstrap");
  const revoked = await call("DELETE", `/tokens/${bootstrap?.id}`, {
    headers: { authorization: `Bearer ${ofBank}` },
  });
  expect(revoked.status).toBe(404);
  expect((await create("vxl_bootstrap", ["read"], "no-such")).status).toBe(404);
});

test("a token that is not ours is refused even beside a good session", async () => {
  await admin(PASSWORD);
  const cookie = cookieOf(await signIn(PASSWORD));
  for (const authorization of ["Bearer vxl_unknown", "Basic dXNlcjpwYXNz", "Bearer"]) {
    expect((await call("GET", "/projects", { headers: { cookie, authorization } })).status).toBe(401);
  }
});
