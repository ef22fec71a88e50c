import type { StoredMap } from "./source-map.ts";

/**
 * The map of a built file: of the event's release, else of the only build that ever had a file of this name, which names
 * with a hash of the content make sure of. `maps` are newest first; the most particular path wins.
 */
export function chooseMap(
  maps: readonly StoredMap[],
  of: { path: string; release: string },
): StoredMap | undefined {
  const fitting = maps.filter(({ file }) => file !== "" && `/${of.path}`.endsWith(`/${file}`));
  const released = fitting.filter(({ release }) => release !== "" && release === of.release);
  if (released.length > 0) return longest(released);
  const closest = longest(fitting);
  const builds = new Set(fitting.filter(({ file }) => file === closest?.file).map(({ debugId }) => debugId));
  return builds.size === 1 && closest?.debugId !== "" ? closest : undefined;
}

function longest(maps: readonly StoredMap[]): StoredMap | undefined {
  const length = Math.max(...maps.map(({ file }) => file.length));
  return maps.find(({ file }) => file.length === length);
}
