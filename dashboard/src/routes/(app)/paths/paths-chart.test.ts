import { expect, test } from "vitest";
import { createFormat } from "#format.ts";
import { buildPathsChart, flowsOf, isTooFew, pathsTable } from "./paths-chart.ts";

const format = createFormat("en", "UTC");
const words = {
  others: "Others",
  ends: "End",
  step: "Step",
  source: "From",
  target: "To",
  units: "Sessions",
  share: "Share",
  converted: "Goal",
};
const look = new Proxy({}, { get: () => "#123456" }) as never;
const result = {
  units: 100,
  converted: 30,
  links: [
    { position: 0, source: "home", target: "<b>help", ends: false, units: 60, converted: 30 },
    { position: 0, source: "home", target: null, ends: false, units: 40, converted: 0 },
    { position: 1, source: "<b>help", target: "home", ends: false, units: 50, converted: 30 },
    { position: 1, source: "<b>help", target: null, ends: true, units: 10, converted: 0 },
  ],
};
const from = { result, direction: "from", hasGoal: true } as const;
const to = { result, direction: "to", hasGoal: false } as const;

test("a name met again further on is another node, so that the drawing has no circle", () => {
  const { nodes, links, levels } = flowsOf(from, words);
  expect(levels).toBe(3);
  expect(nodes.map(({ label, depth, kind }) => [label, depth, kind])).toEqual([
    ["home", 0, "anchor"],
    ["<b>help", 1, "named"],
    ["Others", 1, "others"],
    ["home", 2, "named"],
    ["End", 2, "ends"],
  ]);
  expect(links[0]).toMatchObject({ source: nodes[0]?.name, target: nodes[1]?.name, value: 60 });
});

test("what leads to the anchor is drawn before it", () => {
  const { nodes, links } = flowsOf(to, words);
  expect(nodes[0]).toMatchObject({ label: "home", depth: 2 });
  expect(links[0]).toMatchObject({ source: nodes[1]?.name, target: nodes[0]?.name });
  expect(pathsTable(to, format, words).rows[0]).toEqual(["1", "<b>help", "home", "60", "60%"]);
});

test("tooltips name units, share and goal, and show names as text", () => {
  const { formatter } = buildPathsChart(from, format, words)(look).tooltip;
  const edge = formatter({ dataType: "edge", dataIndex: 0 });
  expect(edge).toMatch(/home → &#60;b&#62;help.*60.*60%.*Goal.*50%/s);
  expect(formatter({ dataType: "node", dataIndex: 2, value: 40 })).toMatch(/Others.*40.*40%/s);
  expect(formatter({ dataType: "edge", dataIndex: 99 })).toBe("");
});

test("the table holds what the drawing shows, and few units make no drawing", () => {
  const { head, rows } = pathsTable(from, format, words);
  expect(head).toEqual(["Step", "From", "To", "Sessions", "Share", "Goal"]);
  expect(rows[3]).toEqual(["2", "<b>help", "End", "10", "10%", "0%"]);
  expect([isTooFew(result), isTooFew({ ...result, units: 29 })]).toEqual([false, true]);
});
