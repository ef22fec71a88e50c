import { execFile } from "node:child_process";
import { chown, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { freePort, startChild } from "./child.ts";
import { findCommand } from "./install.ts";

const run = promisify(execFile);

export interface PostgresServer {
  /** Of an empty database. */
  url: string;
  port: number;
  /** Creates another empty database and gives its address. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

const USER = "voxloop";

/** Starts a PostgreSQL of the test's own; undefined means: skip. It refuses to run as root, so root lends it a user. */
export async function startPostgres(): Promise<PostgresServer | undefined> {
  const initdb = await findCommand({
    names: ["initdb"],
    folders: await debianFolders(),
    packages: ["postgresql"],
  });
  if (initdb === undefined) return undefined;
  const folderOfCommands = dirname(await realpath(initdb));
  const bin = (name: string) => join(folderOfCommands, name);
  const owner = await unprivilegedOwner();
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "voxloop-postgres-"));
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
  const options = { cwd: folder, ...owner };
  await run(initdb, ["-D", folder, "-U", USER, "--auth=trust", "--encoding=UTF8", "--no-sync"], options);
  const settings = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "max_connections=200",
  ];
  const client = ["-h", "127.0.0.1", "-p", `${port}`, "-U", USER];
  const child = await startChild(
    [bin("postgres"), "-D", folder, "-p", `${port}`, ...settings.flatMap((setting) => ["-c", setting])],
    () => run(bin("pg_isready"), client).then(() => true),
    options,
  );
  const createDatabase = async (name: string) => {
    await run(bin("createdb"), [...client, name]);
    return `postgres://${USER}@127.0.0.1:${port}/${name}`;
  };
  return {
    url: await createDatabase("first"),
    port,
    createDatabase,
    async stop() {
      await child.end("SIGQUIT");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Debian keeps the server's commands off PATH, in a folder a version; the newest first. */
async function debianFolders(): Promise<string[]> {
  const root = "/usr/lib/postgresql";
  const versions = await readdir(root).catch(() => []);
  return versions.toSorted((a, b) => Number(b) - Number(a)).map((version) => join(root, version, "bin"));
}

async function unprivilegedOwner(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  return { uid: await idOf("-u"), gid: await idOf("-g") };
}

async function idOf(flag: "-u" | "-g"): Promise<number> {
  return Number((await run("id", [flag, "nobody"])).stdout);
}
