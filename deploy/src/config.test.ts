import { expect, test } from "vitest";
import { ConfigError, readConfig } from "./config.ts";

const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

test("nothing set gives one embedded process on port 4318", () => {
  const config = readConfig({});
  expect([config.port, config.host, config.publicUrl]).toEqual([4318, "127.0.0.1", "http://localhost:4318"]);
  expect([...config.roles]).toEqual(["collector", "api", "worker"]);
});

test("every wrong variable is named with what was given and what is allowed", () => {
  const problems = problemsOf({
    VOXLOOP_PORT: "eighty",
    REDIS_URL: "http://x",
    VOXLOOP_ROLES: "collector,web",
  });
  expect(problems).toHaveLength(3);
  expect(problems[0]).toBe('VOXLOOP_PORT is "eighty"; allowed: a port, 0 to 65535');
});

test("a secret is never shown, nor a password inside an address", () => {
  const problems = problemsOf({
    VOXLOOP_ADMIN_PASSWORD: "short-one",
    DATABASE_URL: "mysql://root:hunter2@db/x",
  }).join();
  expect(problems).toContain("VOXLOOP_ADMIN_PASSWORD is set (9 characters, not shown)");
  expect(problems).not.toMatch(/short-one|hunter2/);
});

test("a misspelt variable stops the start", () => {
  expect(problemsOf({ VOXLOOP_PROT: "80" })[0]).toMatch(/^VOXLOOP_PROT is not a variable/);
});

test("a process with some of the roles needs the servers it shares", () => {
  expect(problemsOf({ VOXLOOP_ROLES: "collector" })).toHaveLength(2);
  expect(problemsOf({ VOXLOOP_ROLES: "api,worker" })).toHaveLength(3);
});

test("a variable set to nothing counts as unset", () => {
  expect(readConfig({ VOXLOOP_PORT: "" }).port).toBe(4318);
});

const endpoint = (url: string) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url });

test("own telemetry is sent where OTEL says, and never to the process itself", () => {
  expect(readConfig({}).telemetry).toBeUndefined();
  expect(readConfig(endpoint("http://otel:4318")).telemetry).toEqual({
    serviceName: "voxloop",
    hasOwnSampler: false,
  });
  expect(readConfig({ ...endpoint("http://localhost:4318"), OTEL_SDK_DISABLED: "true" }).telemetry).toBe(
    undefined,
  );
  for (const own of ["http://localhost:4318", "http://127.0.0.1:4318/", "https://vox.bank/otlp"]) {
    const env = { ...endpoint(own), VOXLOOP_PUBLIC_URL: "https://vox.bank" };
    expect(problemsOf(env).join(), own).toContain("OTEL_EXPORTER_OTLP_ENDPOINT is this process itself");
  }
  expect(problemsOf({ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: "http://[::1]:4318/v1/logs" })).toHaveLength(1);
});
