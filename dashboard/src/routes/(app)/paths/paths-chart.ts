import type { PathLink, PathsResult } from "@voxloop/analytics/shapes";
import type { Look } from "#charts/look.ts";
import { tooltipHtml, type ChartTable } from "#charts/parts.ts";
import type { Format } from "#format.ts";

export interface PathsWords {
  others: string;
  /** A path that has no further node. */
  ends: string;
  step: string;
  source: string;
  target: string;
  units: string;
  share: string;
  converted: string;
}

export interface PathsView {
  result: PathsResult;
  direction: "from" | "to";
  hasGoal: boolean;
}

/** Below it, shares jump about with each unit. */
const FEWEST = 30;
export const isTooFew = ({ units }: PathsResult): boolean => units < FEWEST;

const sourceOf = (link: PathLink, words: PathsWords) => link.source ?? words.others;
const targetOf = (link: PathLink, words: PathsWords) =>
  link.ends ? words.ends : (link.target ?? words.others);

/** One node a position and name, one link a link, both in reading order: what leads to the anchor stands before it. */
export function flowsOf({ result, direction }: PathsView, words: PathsWords) {
  const levels = 1 + Math.max(0, ...result.links.map(({ position }) => position + 1));
  const nodes = new Map<string, { name: string; label: string; depth: number; kind: PathNode }>();
  const nodeAt = (position: number, label: string, kind: PathNode) => {
    const name = `${position} ${kind} ${label}`;
    nodes.set(name, { name, label, depth: direction === "from" ? position : levels - 1 - position, kind });
    return name;
  };
  const links = result.links.map((link) => {
    const near = nodeAt(link.position, sourceOf(link, words), kindOf(link.source, link.position === 0));
    const far = nodeAt(link.position + 1, targetOf(link, words), link.ends ? "ends" : kindOf(link.target));
    const [source, target] = direction === "from" ? [near, far] : [far, near];
    return { source, target, value: link.units, link };
  });
  return { levels, nodes: [...nodes.values()], links };
}

type PathNode = "anchor" | "named" | "others" | "ends";
const kindOf = (name: string | null, isAnchor = false): PathNode => {
  if (isAnchor) return "anchor";
  return name === null ? "others" : "named";
};

const COLORS: Record<PathNode, (look: Look) => string> = {
  anchor: (look) => look.second,
  named: (look) => look.first,
  others: (look) => look.quiet,
  ends: (look) => look.faint,
};

export function buildPathsChart(view: PathsView, format: Format, words: PathsWords) {
  const { levels, nodes, links } = flowsOf(view, words);
  return (look: Look) => ({
    textStyle: { fontFamily: look.font },
    tooltip: {
      trigger: "item",
      backgroundColor: look.surface,
      borderColor: look.border,
      padding: [8, 10],
      textStyle: { color: look.text, fontSize: 12, fontFamily: look.font },
      confine: true,
      formatter: (given: { dataType?: string; dataIndex: number; value?: unknown }) =>
        given.dataType === "edge"
          ? linkTooltip(links[given.dataIndex]?.link, { view, format, words })
          : nodeTooltip(nodes[given.dataIndex]?.label, Number(given.value), { view, format, words }),
    },
    series: [
      {
        type: "sankey",
        left: 4,
        right: `${Math.round(80 / levels)}%`,
        top: 8,
        bottom: 8,
        nodeWidth: 10,
        nodeGap: 12,
        draggable: false,
        emphasis: { focus: "adjacency" },
        label: { color: look.text, fontSize: 11, width: 120, overflow: "truncate" },
        lineStyle: { color: look.quiet, opacity: 0.28, curveness: 0.5 },
        data: nodes.map(({ name, label, depth, kind }) => ({
          name,
          depth,
          label: { formatter: () => label },
          itemStyle: { color: COLORS[kind](look), borderWidth: 0 },
        })),
        links: links.map(({ source, target, value }) => ({ source, target, value })),
      },
    ],
  });
}

interface Said {
  view: PathsView;
  format: Format;
  words: PathsWords;
}

function linkTooltip(link: PathLink | undefined, said: Said): string {
  if (link === undefined) return "";
  const ends = [sourceOf(link, said.words), targetOf(link, said.words)];
  const title = (said.view.direction === "from" ? ends : ends.toReversed()).join(" → ");
  const { words, format, view } = said;
  return tooltipHtml(title, [
    ...countLines(link.units, said),
    ...(view.hasGoal ? [{ name: words.converted, value: sayShare(link.converted, link.units, format) }] : []),
  ]);
}

const nodeTooltip = (label: string | undefined, units: number, said: Said) =>
  label === undefined ? "" : tooltipHtml(label, countLines(units, said));

const countLines = (units: number, { view, format, words }: Said) => [
  { name: words.units, value: format.integer(units) },
  { name: words.share, value: sayShare(units, view.result.units, format) },
];

const sayShare = (part: number, whole: number, format: Format) =>
  whole === 0 ? "–" : format.percent(part / whole);

export function pathsTable(view: PathsView, format: Format, words: PathsWords): ChartTable {
  const goal = view.hasGoal ? [words.converted] : [];
  return {
    head: [words.step, words.source, words.target, words.units, words.share, ...goal],
    rows: view.result.links.map((link) => {
      const ends = [sourceOf(link, words), targetOf(link, words)];
      return [
        format.integer(link.position + 1),
        ...(view.direction === "from" ? ends : ends.toReversed()),
        format.integer(link.units),
        sayShare(link.units, view.result.units, format),
        ...(view.hasGoal ? [sayShare(link.converted, link.units, format)] : []),
      ];
    }),
  };
}
