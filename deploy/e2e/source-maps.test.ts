import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, Script } from "node:vm";
import { freePort } from "@voxloop/testing";
import { voxloopSourceMaps } from "@voxloop/sdk/vite";
import { build } from "vite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startVoxloop, TOKEN, until, WRITE_KEY, type VoxloopProcess } from "./voxloop-process.ts";

const CLI = fileURLToPath(new URL("../../sdk/src/source-maps/bin.ts", import.meta.url));
const folder = await mkdtemp(join(tmpdir(), "voxloop-maps-"));
let voxloop: VoxloopProcess;

beforeAll(async () => {
  await mkdir(join(folder, "src"));
  await writeFile(join(folder, "src/main.ts"), MAIN);
  await writeFile(join(folder, "src/transfer.ts"), TRANSFER);
  const env = { VOXLOOP_DATA_DIR: join(folder, "data") };
  voxloop = await startVoxloop({ port: await freePort(), env });
});
afterAll(async () => {
  await voxloop.stop();
  await rm(folder, { recursive: true, force: true });
});

const MAIN = `import { submitTransfer } from "./transfer.ts";
Object.assign(globalThis, { pay: (amount: number) => submitTransfer({ amount }) });
`;

const TRANSFER = `interface Order { amount: number }

function checkLimit(order: Order): number {
  if (order.amount > 100) {
    throw new RangeError("over the limit");
  }
  return order.amount;
}

export function submitTransfer(order: Order): string {
  const checked = checkLimit(order);
  const again = checkLimit({ amount: checked + 1 });
  return \`sent \${checked} of \${again}\`;
}
`;

type Plugin = ReturnType<typeof voxloopSourceMaps>;

async function buildApp(
  outDir: string,
  options: { sourcemap?: boolean; plugins?: Plugin[] },
): Promise<string> {
  await build({
    root: folder,
    configFile: false,
    logLevel: "silent",
    plugins: options.plugins ?? [],
    build: {
      outDir,
      ...(options.sourcemap === undefined ? {} : { sourcemap: options.sourcemap }),
      rollupOptions: {
        input: join(folder, "src/main.ts"),
        output: { format: "iife", entryFileNames: "assets/[name]-[hash].js" },
      },
    },
  });
  return join(folder, outDir);
}

async function scriptIn(dist: string): Promise<{ file: string; code: string }> {
  const files = await readdir(join(dist, "assets"));
  const file = files.find((name) => name.endsWith(".js")) ?? "";
  return { file, code: await readFile(join(dist, "assets", file), "utf8") };
}

/** The stack that the built script's error has in V8, where the page has it from the bank's server. */
function stackOf(file: string, code: string): string {
  const page = createContext({});
  new Script(code, { filename: `https://bank.example/app/assets/${file}` }).runInContext(page);
  return new Script("try { pay(500) } catch (error) { error.stack }").runInContext(page) as string;
}

async function cli(...args: string[]): Promise<{ code: number; out: string }> {
  const env = { PATH: process.env["PATH"], VOXLOOP_TOKEN: TOKEN };
  return new Promise((done) => {
    execFile(process.execPath, [CLI, ...args], { env }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), out: stdout + stderr });
    });
  });
}

async function ask<Answer>(path: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const answer = await fetch(`${voxloop.url}/api/v1/projects/default/${path}`, { headers });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Answer;
}

interface Detail {
  samples: { stack: string; frames: { function: string; context: { lines: string[] } }[] | null }[];
}

const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });

/** Sends an error as an app does, and reads it from the API. */
async function framesOf(event: { release: string; stack: string; code: string }) {
  const attributes = [
    attribute("exception.type", "RangeError"),
    attribute("exception.message", "over the limit"),
    attribute("exception.stacktrace", event.stack),
    attribute("vox.error.code", event.code),
    attribute("user.id", "c1"),
  ];
  const resource = { attributes: [attribute("service.version", event.release)] };
  const record = { eventName: "exception", timeUnixNano: `${Date.now()}000000`, attributes };
  const sent = await fetch(`${voxloop.url}/v1/logs`, {
    method: "POST",
    headers: { authorization: `Bearer ${WRITE_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] }),
  });
  expect(sent.status).toBe(200);
  const group = await until(`the error ${event.code}`, 30_000, async () => {
    const to = new Date(Date.now() + 60_000).toISOString();
    const { items } = await ask<{ items: { code: string; fingerprint: string }[] }>(`errors?to=${to}`);
    return items.find(({ code }) => code === event.code);
  });
  return (await ask<Detail>(`errors/${group.fingerprint}`)).samples[0]?.frames;
}

const TRANSFER_FRAME = {
  function: "checkLimit",
  file: "src/transfer.ts",
  line: 5,
  inApp: true,
  mapped: true,
  context: { firstLine: 1 },
};

test("an error of an app that Vite built is read in the names of its sources, which the plugin uploaded", async () => {
  const plugins = [voxloopSourceMaps({ release: "8.0.1", url: voxloop.url, token: TOKEN, deleteMaps: true })];
  const dist = await buildApp("vite", { plugins });
  const { file, code } = await scriptIn(dist);
  expect(code).toMatch(/\/\/# debugId=[0-9a-f-]{36}/);
  expect(code).not.toContain("sourceMappingURL");
  expect(await readdir(join(dist, "assets"))).toEqual([file]);
  const stack = stackOf(file, code);
  expect(stack).not.toContain("checkLimit");
  const frames = await framesOf({ release: "8.0.1", stack, code: "VITE" });
  expect(frames?.[0]).toMatchObject(TRANSFER_FRAME);
  expect(frames?.[0]?.context.lines[4]).toContain('throw new RangeError("over the limit")');
});

test("the command marks, uploads and says what it did, and a second run changes nothing", async () => {
  const dist = await buildApp("plain", { sourcemap: true });
  const before = await scriptIn(dist);
  const to = ["--release", "8.0.2", "--url", voxloop.url];
  const dry = await cli("sourcemaps", "upload", dist, ...to, "--dry-run");
  expect(dry).toMatchObject({ code: 0, out: expect.stringContaining("would upload assets/main-") });
  expect(await scriptIn(dist)).toEqual(before);
  expect(await cli("sourcemaps", "upload", dist, ...to)).toMatchObject({
    code: 0,
    out: expect.stringContaining("1 uploaded, 0 failed"),
  });
  const marked = await scriptIn(dist);
  expect(marked.code).toMatch(/\/\/# debugId=[0-9a-f-]{36}\n\/\/# sourceMappingURL=/);
  expect((await cli("sourcemaps", "upload", dist, ...to)).code).toBe(0);
  expect(await scriptIn(dist)).toEqual(marked);
  expect((await ask<{ items: object[] }>("source-maps?release=8.0.2")).items).toHaveLength(1);
  const stack = stackOf(marked.file, marked.code);
  expect((await framesOf({ release: "8.0.2", stack, code: "CLI" }))?.[0]).toMatchObject(TRANSFER_FRAME);
});

test("the command ends with 1 when a map is refused, and with 2 when it cannot begin", async () => {
  const dist = join(folder, "broken");
  await mkdir(dist);
  await writeFile(join(dist, "a.js"), "1;\n");
  await writeFile(join(dist, "a.js.map"), '{"version":2}');
  const to = ["--release", "8.0.3", "--url", voxloop.url];
  expect(await cli("sourcemaps", "upload", dist, ...to)).toMatchObject({
    code: 1,
    out: expect.stringContaining("version"),
  });
  const stranger = await cli("sourcemaps", "upload", dist, ...to, "--token", "vxl_wrong");
  expect(stranger).toMatchObject({ code: 1, out: expect.stringContaining("401") });
  expect((await cli("sourcemaps", "upload", dist)).out).toContain("--release is missing");
  expect((await cli("sourcemaps", "upload", join(folder, "nothing"), ...to)).code).toBe(2);
  expect((await cli("sourcemaps", "upload", join(folder, "src"), ...to)).code).toBe(2);
  expect((await cli("sourcemaps", "burn")).code).toBe(2);
  expect(await cli("--help")).toMatchObject({ code: 0, out: expect.stringContaining("--dry-run") });
});

test("an upload that the server turned away for a moment is tried again", async () => {
  const answers = [503, 429, 201];
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(answers.shift() ?? 500, { "retry-after": "0" }).end("{}");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  const mapping = join(folder, "mapping.txt");
  await writeFile(mapping, "com.bank.Transfer -> a.b:\n");
  const url = `http://127.0.0.1:${port}`;
  const sent = await cli("sourcemaps", "upload", mapping, "--release", "1", "--url", url);
  expect(sent).toMatchObject({ code: 0, out: expect.stringContaining("1 uploaded") });
  expect(answers).toEqual([]);
  server.close();
});

test("the command declares a release, and says why one cannot be", async () => {
  const declare = (...args: string[]) => cli("releases", "new", "--url", voxloop.url, ...args);
  const named = ["--version", "9.1.0", "--service", "bank", "--environment", "production"];
  const at = ["--released-at", "2026-05-01T10:00:00+08:00"];
  expect(await declare(...named, ...at)).toMatchObject({
    code: 0,
    out: expect.stringContaining("declared 9.1.0"),
  });
  expect((await ask<{ items: object[] }>("releases")).items).toContainEqual(
    expect.objectContaining({
      version: "9.1.0",
      service: "bank",
      environment: "production",
      declared: true,
      releasedAt: "2026-05-01T02:00:00.000Z",
    }),
  );
  const label = await declare("--version", "latest");
  expect(label).toMatchObject({ code: 1, out: expect.stringContaining("names no build") });
  expect(await declare("--version", "1", "--token", "vxl_wrong")).toMatchObject({ code: 1 });
  expect((await declare()).out).toContain("--version is missing, and so is VOXLOOP_RELEASE");
  const local = await declare("--version", "1", "--released-at", "2026-05-01T10:00:00");
  expect(local).toMatchObject({ code: 2, out: expect.stringContaining("with its zone") });
  expect((await cli("releases", "burn")).code).toBe(2);
  expect(await cli("releases", "--help")).toMatchObject({
    code: 0,
    out: expect.stringContaining("--released-at"),
  });
});
