import { compareVersions, validate } from "compare-versions";

/** When releases came out, by version; decides where version numbers cannot. */
export type ReleaseOrder = ReadonlyMap<string, Date>;

/**
 * Is `version` the release `fixed` or a later one? Numbers are compared as semantic versions (up to four parts, with
 * pre-releases); anything else, such as a commit hash, by when it was released. A version that is unknown either way
 * counts as older, so that an old build seen for the first time never looks like a new release.
 */
export function isReleaseOrLater(version: string, fixed: string, order: ReleaseOrder = new Map()): boolean {
  if (version === "") return false;
  if (version === fixed) return true;
  if (validate(version) && validate(fixed)) return compareVersions(version, fixed) >= 0;
  if (isMovingLabel(version) || isMovingLabel(fixed)) return false;
  const at = order.get(version);
  const fixedAt = order.get(fixed);
  return at !== undefined && fixedAt !== undefined && at >= fixedAt;
}

const MOVING =
  /^(latest|current|stable|nightly|canary|snapshot|head|main|master|develop|dev|unknown|undefined|null|none)$/i;

/** A label that names another build tomorrow: an order of such would say that a build is newer than itself. */
export const isMovingLabel = (version: string): boolean => MOVING.test(version);
