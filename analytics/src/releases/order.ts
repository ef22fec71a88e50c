import { compareVersions, validate } from "compare-versions";
import { isMovingLabel } from "./version.ts";

export interface Known {
  version: string;
  declaredAt: string | null;
  firstSeen: string | null;
}

/** A version number, or declared: whatever else an app sends, such as "latest", says nothing about old and new. */
export const isOrdered = ({ version, declaredAt }: Known): boolean =>
  validate(version) || (declaredAt !== null && !isMovingLabel(version));

/**
 * Releases oldest first: version numbers as semantic versions, and each that is no number behind the newest number that came out
 * before it. Those without an order come first, by name, as `isReleaseOrLater` holds them for older.
 */
export function orderReleases<Release extends Known>(releases: readonly Release[]): Release[] {
  const byName = (a: Known, b: Known) => (a.version < b.version ? -1 : 1);
  const ordered = releases.filter(isOrdered);
  const numbers = ordered
    .filter(({ version }) => validate(version))
    .toSorted((a, b) => compareVersions(a.version, b.version) || byName(a, b));
  const named = ordered
    .filter(({ version }) => !validate(version))
    .toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)) || byName(a, b));
  const placed = named.map((release) => ({ release, after: placeOf(release, numbers) }));
  const behind = (after: number) =>
    placed.filter((each) => each.after === after).map(({ release }) => release);
  return [
    ...releases.filter((release) => !isOrdered(release)).toSorted(byName),
    ...behind(-1),
    ...numbers.flatMap((release, at) => [release, ...behind(at)]),
  ];
}

const timeOf = ({ declaredAt, firstSeen }: Known): string => declaredAt ?? firstSeen ?? "";

const placeOf = (release: Known, numbers: readonly Known[]): number =>
  numbers.findLastIndex((number) => timeOf(number) !== "" && timeOf(number) <= timeOf(release));
