import { inArrivalOrder } from "../slow-arrival.fixture.ts";
import { resolveSlowly, storedId, type Sent } from "../slow-identities.fixture.ts";
import type { PathLink, PathsQuery, PathsResult } from "./path.ts";

export interface PathEvent extends Sent {
  event_id: string;
  /** Unix milliseconds. */
  received: number;
  event_name: string;
  page: string;
}

/** The paths by the words of docs/journeys-paths.md and nothing else. */
export function pathsSlowly(sent: readonly PathEvent[], query: PathsQuery): PathsResult {
  const customerOf = resolveSlowly(sent);
  const units = Map.groupBy(sent.filter(isIn(query)), (event) =>
    query.unit === "session" ? event.session : customerOf(storedId(event)),
  );
  units.delete("");
  const paths = [...units.values()].flatMap((events) => pathSlowly(inArrivalOrder(events), query));
  return {
    units: paths.length,
    converted: paths.filter(({ converted }) => converted).length,
    links: linksSlowly(paths, query),
  };
}

interface Path {
  nodes: string[];
  converted: boolean;
}

const isIn = (query: PathsQuery) => (event: PathEvent) =>
  event.time >= Date.parse(query.from) && event.time < Date.parse(query.to);

function templateOf(page: string): string {
  const [path = ""] = page.split(/[?#]/);
  return path
    .split("/")
    .map((part) => (isId(part) ? ":id" : part))
    .join("/");
}

const isId = (part: string) => /^\d+$/.test(part) || /^[\da-f]{16,}$/i.test(part) || isUuid(part);

const isUuid = (part: string) =>
  /^[\da-f-]{36}$/i.test(part) &&
  part
    .split("-")
    .map(({ length }) => length)
    .join() === "8,4,4,4,12";

function pathSlowly(events: readonly PathEvent[], query: PathsQuery): Path[] {
  const { anchor, by, collapse, depth } = query;
  const first = events.findIndex((event) =>
    anchor.event === undefined ? templateOf(event.page) === anchor.page : event.event_name === anchor.event,
  );
  if (first === -1) return [];
  const after = events.slice(first + 1);
  const around = query.direction === "from" ? after : events.slice(0, first).toReversed();
  const nodes = [anchor.event ?? anchor.page ?? ""];
  for (const event of around) {
    const node = by === "page" ? templateOf(event.page) : event.event_name;
    if (node !== "" && !(collapse && node === nodes.at(-1))) nodes.push(node);
  }
  const converted = query.goal !== undefined && after.some((event) => event.event_name === query.goal);
  return [{ nodes: nodes.slice(0, depth + 1), converted }];
}

function linksSlowly(paths: readonly Path[], { depth, minShare }: PathsQuery): PathLink[] {
  const links = new Map<string, PathLink>();
  for (const { nodes, converted } of paths) {
    for (let position = 0; position < Math.min(nodes.length, depth); position += 1) {
      const shown = (at: number) => {
        const passing = paths.filter((path) => path.nodes[at] === nodes[at]).length;
        return at === 0 || passing >= minShare * paths.length ? (nodes[at] ?? null) : null;
      };
      const [source, target] = [shown(position), shown(position + 1)];
      const ends = position === nodes.length - 1;
      const key = JSON.stringify([position, source, target, ends]);
      const link = links.get(key) ?? { position, source, target, ends, units: 0, converted: 0 };
      links.set(key, { ...link, units: link.units + 1, converted: link.converted + Number(converted) });
    }
  }
  return [...links.values()];
}
