import { resolve } from "node:path";
import { z } from "zod";
import { ownEndpoints, readTelemetry, type TelemetryConfig } from "./telemetry/config.ts";

export const ROLES = ["collector", "api", "worker"] as const;
export type Role = (typeof ROLES)[number];

const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** Everything a process is told from outside; `readConfig` is the only reader of the environment. */
export interface Config {
  port: number;
  host: string;
  dataDir: string;
  clickhouseUrl: string | undefined;
  clickhouseCluster: string | undefined;
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  adminEmail: string;
  adminPassword: string | undefined;
  bootstrapToken: string | undefined;
  bootstrapWriteKey: string | undefined;
  /** Without a trailing slash. */
  publicUrl: string;
  roles: ReadonlySet<Role>;
  spoolMaxBytes: number;
  allowPrivateWebhooks: boolean;
  logLevel: (typeof LOG_LEVELS)[number];
  /** Set when this process sends its own telemetry; the standard OTEL_* variables say the rest to OpenTelemetry's SDK. */
  telemetry: TelemetryConfig | undefined;
}

/** One line a variable: its name, what was given (never a secret) and what is allowed. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`Voxloop cannot start: ${problems.join("; ")}`);
    this.problems = problems;
  }
}

const url = (...protocols: string[]) =>
  z.string().refine((value) => {
    const parsed = URL.parse(value);
    return parsed !== null && protocols.includes(parsed.protocol);
  });
const flag = z.enum(["true", "false", "1", "0"]).transform((value) => value === "true" || value === "1");

const GIBIBYTE = 1024 ** 3;

const otlpEndpoint = { schema: url("http:", "https:").optional(), allowed: "an http(s) address" };

const VARIABLES = {
  VOXLOOP_PORT: {
    schema: z.coerce.number().int().min(0).max(65_535).default(4318),
    allowed: "a port, 0 to 65535",
  },
  VOXLOOP_HOST: { schema: z.string().min(1).default("127.0.0.1"), allowed: "an address to listen on" },
  VOXLOOP_DATA_DIR: { schema: z.string().min(1).default("./data"), allowed: "a folder" },
  CLICKHOUSE_URL: {
    schema: url("http:", "https:").optional(),
    allowed: "http(s)://user:password@host:port/database",
  },
  CLICKHOUSE_CLUSTER: {
    schema: z
      .string()
      .regex(/^[A-Za-z_]\w{0,62}$/)
      .optional(),
    allowed: "the name of a ClickHouse cluster",
  },
  DATABASE_URL: {
    schema: url("postgres:", "postgresql:").optional(),
    allowed: "postgres://user:password@host:port/database",
  },
  REDIS_URL: { schema: url("redis:", "rediss:").optional(), allowed: "redis://host:port" },
  VOXLOOP_ADMIN_EMAIL: { schema: z.email().default("admin@voxloop.local"), allowed: "an e-mail address" },
  VOXLOOP_ADMIN_PASSWORD: {
    schema: z.string().min(12).optional(),
    allowed: "at least 12 characters",
    secret: true,
  },
  VOXLOOP_BOOTSTRAP_TOKEN: {
    schema: z
      .string()
      .regex(/^vxl_[\w-]{24,}$/)
      .optional(),
    allowed: "vxl_ and at least 24 letters, digits, _ or -",
    secret: true,
  },
  VOXLOOP_BOOTSTRAP_WRITE_KEY: {
    schema: z
      .string()
      .regex(/^vwk_[\w-]{16,}$/)
      .optional(),
    allowed: "vwk_ and at least 16 letters, digits, _ or -",
    secret: true,
  },
  VOXLOOP_PUBLIC_URL: { schema: url("http:", "https:").optional(), allowed: "an http(s) address" },
  VOXLOOP_ROLES: {
    schema: z
      .string()
      .default("all")
      .transform(splitRoles)
      .pipe(z.array(z.enum(ROLES)).min(1)),
    allowed: `all, or a comma list of ${ROLES.join(", ")}`,
  },
  VOXLOOP_SPOOL_MAX_BYTES: {
    schema: z.coerce
      .number()
      .int()
      .min(1024 ** 2)
      .default(8 * GIBIBYTE),
    allowed: "bytes, at least 1048576",
  },
  VOXLOOP_ALLOW_PRIVATE_WEBHOOKS: { schema: flag.optional(), allowed: "true or false" },
  VOXLOOP_LOG_LEVEL: { schema: z.enum(LOG_LEVELS).default("info"), allowed: LOG_LEVELS.join(", ") },
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: otlpEndpoint,
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: otlpEndpoint,
  OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: otlpEndpoint,
  OTEL_SERVICE_NAME: { schema: z.string().min(1).optional(), allowed: "a name" },
  OTEL_TRACES_SAMPLER: { schema: z.string().optional(), allowed: "a sampler's name" },
  OTEL_SDK_DISABLED: { schema: z.string().optional(), allowed: "true or false" },
} as const satisfies Record<string, { schema: z.ZodType; allowed: string; secret?: boolean }>;

type Values = { [Name in keyof typeof VARIABLES]: z.output<(typeof VARIABLES)[Name]["schema"]> };

/** Reads and checks the environment; throws a `ConfigError` that lists every wrong variable. An empty one counts as unset. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const problems = unknownVariables(env);
  const values: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(VARIABLES)) {
    const given = env[name] === "" ? undefined : env[name];
    const result = variable.schema.safeParse(given);
    if (result.success) values[name] = result.data;
    else problems.push(`${name} is ${shown(given, "secret" in variable)}; allowed: ${variable.allowed}`);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const config = toConfig(values as Values);
  const wrong = [...missingServers(config), ...ownEndpoints(values as Values, config)];
  if (wrong.length > 0) throw new ConfigError(wrong);
  return config;
}

function toConfig(values: Values): Config {
  const publicUrl = values.VOXLOOP_PUBLIC_URL ?? `http://localhost:${values.VOXLOOP_PORT}`;
  return {
    port: values.VOXLOOP_PORT,
    host: values.VOXLOOP_HOST,
    dataDir: resolve(values.VOXLOOP_DATA_DIR),
    clickhouseUrl: values.CLICKHOUSE_URL,
    clickhouseCluster: values.CLICKHOUSE_CLUSTER,
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    adminEmail: values.VOXLOOP_ADMIN_EMAIL,
    adminPassword: values.VOXLOOP_ADMIN_PASSWORD,
    bootstrapToken: values.VOXLOOP_BOOTSTRAP_TOKEN,
    bootstrapWriteKey: values.VOXLOOP_BOOTSTRAP_WRITE_KEY,
    publicUrl: publicUrl.replace(/\/+$/, ""),
    roles: new Set(values.VOXLOOP_ROLES),
    spoolMaxBytes: values.VOXLOOP_SPOOL_MAX_BYTES,
    // On a laptop webhooks go to the laptop; in a deployment they must be let in on purpose.
    allowPrivateWebhooks: values.VOXLOOP_ALLOW_PRIVATE_WEBHOOKS ?? values.DATABASE_URL === undefined,
    logLevel: values.VOXLOOP_LOG_LEVEL,
    telemetry: readTelemetry(
      values,
      values.VOXLOOP_ROLES.length === ROLES.length ? [] : values.VOXLOOP_ROLES,
    ),
  };
}

function splitRoles(list: string): string[] {
  const names = list.split(",").map((name) => name.trim());
  return names.includes("all") && names.length === 1 ? [...ROLES] : names;
}

/** Embedded state lives in one process, so a process with some of the roles needs servers for what they share. */
function missingServers({ roles, clickhouseUrl, databaseUrl, redisUrl }: Config): string[] {
  if (roles.size === ROLES.length) return [];
  const split = `VOXLOOP_ROLES is ${[...roles].join(",")}`;
  const needed = { CLICKHOUSE_URL: clickhouseUrl, DATABASE_URL: databaseUrl };
  const all = roles.has("api") || roles.has("worker") ? { ...needed, REDIS_URL: redisUrl } : needed;
  return Object.entries(all)
    .filter(([, value]) => value === undefined)
    .map(([name]) => `${name} is not set; ${split}, and processes with some of the roles share servers`);
}

/** A misspelt variable of ours would otherwise be ignored in silence. */
function unknownVariables(env: Record<string, string | undefined>): string[] {
  return Object.keys(env)
    .filter(
      (name) => name.startsWith("VOXLOOP_") && !(name in VARIABLES) && name !== "VOXLOOP_REQUIRE_SERVICES",
    )
    .map((name) => `${name} is not a variable of Voxloop; allowed: ${Object.keys(VARIABLES).join(", ")}`);
}

function shown(given: string | undefined, secret: boolean): string {
  if (given === undefined) return "not set";
  if (secret) return `set (${given.length} characters, not shown)`;
  return JSON.stringify(given.replace(/\/\/[^@/]*@/, "//***@"));
}
