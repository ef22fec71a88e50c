import { ATTR, EVENT } from "@voxloop/contract";
import type { Random } from "../../src/demo/random.ts";

/** Something that customers meet, and what an explanation calls it. */
export interface Factor {
  kind: string;
  name: string;
  /** Columns of the event that says so. */
  event: Record<string, unknown>;
}

/** What is true of a customer at the step. */
export interface Trait {
  kind: "release" | "segment";
  column: "service_version" | "channel" | "audience" | "os_name" | "region";
  values: string[];
}

const event = (name: string, attributes: Record<string, string>, more: object = {}) => ({
  event_name: name,
  attributes,
  ...more,
});

const FACTORS: ((name: string) => Factor)[] = [
  (name) => ({ kind: "error", name, event: event("exception", {}, { error_code: name }) }),
  (name) => ({
    kind: "request",
    name: `503 POST /${name}`,
    event: event(EVENT.requestFailed, {}, { error_type: "503", error_message: `POST /${name}` }),
  }),
  (name) => ({ kind: "rage_click", name, event: event(EVENT.rageClick, { [ATTR.widgetName]: name }) }),
  (name) => ({ kind: "dead_click", name, event: event(EVENT.deadClick, { [ATTR.widgetName]: name }) }),
  (name) => ({
    kind: "form",
    name: `${name} amount`,
    event: event(EVENT.formAbandoned, { [ATTR.formName]: name, [ATTR.formField]: "amount" }),
  }),
  (name) => ({
    kind: "guidance",
    name,
    event: event(EVENT.guidance, { [ATTR.guidanceId]: name, [ATTR.guidanceAction]: "shown" }),
  }),
];

export const emptySearch: Factor = {
  kind: "search",
  name: "",
  event: event(EVENT.search, { [ATTR.searchQuery]: "x", [ATTR.searchResults]: "0" }),
};

export const randomFactor = (random: Random, name: string): Factor => random.pick(FACTORS)(name);

/** A page that is measured once, poorly or well. */
export const measured = (page: string, isPoor: boolean): Record<string, unknown> =>
  event(
    EVENT.webVital,
    { [ATTR.webVitalName]: "LCP", [ATTR.webVitalRating]: isPoor ? "poor" : "good" },
    { page },
  );

export const TRAITS: Trait[] = [
  { kind: "release", column: "service_version", values: ["1.0.0", "1.1.0", "1.2.0"] },
  { kind: "segment", column: "channel", values: ["app", "web", "wechat"] },
  { kind: "segment", column: "audience", values: ["standard", "care"] },
  { kind: "segment", column: "os_name", values: ["Android", "iOS", "HarmonyOS"] },
  { kind: "segment", column: "region", values: ["north", "south", "east", "west"] },
];

const LABELS = {
  service_version: "",
  channel: "channel=",
  audience: "audience=",
  os_name: "os=",
  region: "region=",
};

export const traitName = ({ column }: Trait, value: string): string => `${LABELS[column]}${value}`;
