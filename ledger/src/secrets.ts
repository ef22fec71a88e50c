import { createHash, randomBytes } from "node:crypto";

/** A new secret of 192 random bits, e.g. `vwk_...`; show it once and store `hashSecret` of it. */
export function newSecret(prefix: "vwk" | "vxl" | "vss" | "vsl"): string {
  return `${prefix}_${randomBytes(24).toString("base64url")}`;
}

/** SHA-256 in hex: enough for secrets that are random, where a slow hash only slows us. */
export function hashSecret(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** What may be shown of a secret for ever: its prefix and four more characters. */
export function hintOf(secret: string): string {
  return `${secret.slice(0, 8)}…`;
}
