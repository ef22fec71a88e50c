import { fileURLToPath } from "node:url";
import { PGlite } from "@electric-sql/pglite";
import { sql } from "drizzle-orm";
import { drizzle as drizzlePg } from "drizzle-orm/node-postgres";
import { migrate as migratePg } from "drizzle-orm/node-postgres/migrator";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { drizzle as drizzlePglite } from "drizzle-orm/pglite";
import { migrate as migratePglite } from "drizzle-orm/pglite/migrator";
import { Pool } from "pg";
import * as schema from "./schema/index.ts";

export interface LedgerOptions {
  /** `postgres://...` of a server; unset opens PGlite in this process. */
  url?: string | undefined;
  /** Folder of the embedded PostgreSQL; unset keeps it in memory. */
  path?: string | undefined;
}

export type LedgerDatabase = PgDatabase<PgQueryResultHKT, typeof schema>;

/** The workflow's state in PostgreSQL, server or in-process; `db` is Drizzle's typed query builder. */
export interface Ledger {
  readonly db: LedgerDatabase;
  /** Runs pending migrations; safe from several processes at a time. */
  migrate(): Promise<void>;
  /** Resolves when the database answers, rejects when it does not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Opens the ledger; call `migrate` before the first query and `close` at the end. */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  return options.url === undefined ? openEmbedded(options.path) : openServer(options.url);
}

const MIGRATIONS = fileURLToPath(new URL("../migrations", import.meta.url));

async function openEmbedded(path: string | undefined): Promise<Ledger> {
  const client = await PGlite.create(path === undefined ? {} : { dataDir: path });
  const db = drizzlePglite({ client, schema });
  return {
    db,
    migrate: () => migratePglite(db, { migrationsFolder: MIGRATIONS }),
    ping: async () => void (await db.execute(sql`select 1`)),
    close: () => client.close(),
  };
}

async function openServer(url: string): Promise<Ledger> {
  const pool = new Pool({ connectionString: url, max: 10, connectionTimeoutMillis: 5_000 });
  // An idle connection that breaks must not end the process; the next query opens another.
  pool.on("error", () => undefined);
  const db = drizzlePg({ client: pool, schema });
  return {
    db,
    migrate: () => migrateLocked(pool),
    ping: async () => void (await db.execute(sql`select 1`)),
    close: () => pool.end(),
  };
}

/** Migrates on one connection under an advisory lock, so that processes starting together run each migration once. */
async function migrateLocked(pool: Pool): Promise<void> {
  const connection = await pool.connect();
  try {
    await connection.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await migratePg(drizzlePg({ client: connection, schema }), { migrationsFolder: MIGRATIONS });
  } finally {
    await connection.query("select pg_advisory_unlock($1)", [MIGRATION_LOCK]).catch(() => undefined);
    connection.release();
  }
}

const MIGRATION_LOCK = 8_675_310;
