import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** 16 MiB and five passes, https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt */
const COST: ScryptOptions = { N: 2 ** 14, r: 8, p: 5 };
const HASH_BYTES = 32;

/** `salt:hash` in hex. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password.normalize("NFKC"), salt, HASH_BYTES, COST);
  return `${salt.toString("hex")}:${hash.toString("hex")}`;
}

/** Takes as long for a person who does not exist or has no password (null) as for a wrong password. */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const [salt = "", hash = ""] = (stored ?? NOBODY).split(":");
  const given = await derive(password.normalize("NFKC"), Buffer.from(salt, "hex"), HASH_BYTES, COST);
  const isEqual = timingSafeEqual(given, Buffer.from(hash, "hex"));
  return isEqual && stored !== null;
}

const NOBODY = `${"00".repeat(16)}:${"00".repeat(HASH_BYTES)}`;
