import { KEYS, nastyJson } from "./nasty.ts";
import type { Random } from "./random.ts";

type Container = Record<string, unknown> | unknown[];

/** A valid body as JSON text with some of its parts swapped, doubled, removed, renamed or replaced by nasty ones. */
export function mutateJson(document: unknown, random: Random): string {
  const tree: unknown = structuredClone(document);
  const texts: string[] = [];
  // Stands in the tree for JSON text that no encoder makes.
  const hole = () => `hole ${texts.push(nastyJson(random)) - 1}`;
  for (let count = 1 + random.below(4); count > 0; count -= 1) {
    const containers = containersOf(tree);
    if (containers.length === 0) break;
    change(random.pick(containers), random, { hole, others: containers });
  }
  const json = JSON.stringify(tree) ?? "";
  const text = json.replaceAll(/"hole (\d+)"/g, (_, index: string) => texts[Number(index)] ?? "null");
  return random.chance(0.15) ? doubleAKey(text, random) : text;
}

function change(
  container: Container,
  random: Random,
  { hole, others }: { hole: () => string; others: readonly Container[] },
): void {
  const keys = Object.keys(container);
  const key = keys.length === 0 ? "0" : random.pick(keys);
  const set = (name: string, value: unknown) =>
    Array.isArray(container)
      ? void (container[Number(name) || 0] = value)
      : Object.defineProperty(container, name, {
          value,
          enumerable: true,
          configurable: true,
          writable: true,
        });
  const kind = random.below(7);
  if (kind <= 2) set(key, hole());
  else if (kind === 3) set(Array.isArray(container) ? key : random.pick(KEYS), hole());
  else if (kind === 4) delete (container as Record<string, unknown>)[key];
  // Of another place, so that it is sound but wrong here; cloned, since a tree may not become a circle.
  else if (kind === 5) set(key, structuredClone(random.pick(others)));
  else if (Array.isArray(container)) container.push(...structuredClone(container.slice(0, 3)));
  else set(random.pick(KEYS), structuredClone(container[key]));
}

function containersOf(value: unknown, found: Container[] = []): Container[] {
  if (typeof value !== "object" || value === null || found.length > 500) return found;
  found.push(value as Container);
  for (const inner of Object.values(value)) containersOf(inner, found);
  return found;
}

/** Repeats a key of some object with another value, which JSON allows and no object can hold. */
function doubleAKey(text: string, random: Random): string {
  const at = text.indexOf("{", random.below(text.length));
  const key = /"[^"\\]*"(?=:)/.exec(text.slice(at))?.[0];
  return at < 0 || key === undefined
    ? text
    : `${text.slice(0, at + 1)}${key}:${nastyJson(random)},${text.slice(at + 1)}`;
}
