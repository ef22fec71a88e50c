export { CHROMIUM_ARGS, findChromium, findWholeChromium } from "./chromium.ts";
export { freePort, startChild, type Child } from "./child.ts";
export { startClickHouseServer, type ClickHouseServer } from "./clickhouse/start.ts";
export { startPostgres, type PostgresServer } from "./postgres.ts";
export { startRedis, type RedisServer } from "./redis.ts";
