import { ATTR, EVENT } from "@voxloop/contract";
import { type Fields, recordFields, textOf, dateOf, valueOf } from "../json-fields.ts";
import { type Attributes, emptyRecord, type LogRecord, RecordProblem } from "../record.ts";
import { addContext, addPath } from "./context.ts";
import { addTraits } from "./traits.ts";

export const SEGMENT_TYPES = ["track", "identify", "page", "screen", "group", "alias"] as const;
export type SegmentType = (typeof SEGMENT_TYPES)[number];

export interface Envelope {
  type?: SegmentType;
  sentAt?: number | undefined;
  context?: Fields;
}

/**
 * The record of one call (https://segment.com/docs/connections/spec/). `type` is that of the address; `sentAt`, Unix
 * milliseconds, and `context` are those of the batch, behind the call's own. Throws a RecordProblem when the call cannot be an event.
 */
export function recordOf(item: unknown, of: Envelope): LogRecord {
  const fields = recordFields(item, "the call");
  const type = of.type ?? typeOf(fields);
  const attributes: Attributes = new Map();
  addContext(attributes, { ...of.context, ...recordFields(fields["context"] ?? {}, "context") });
  const eventName = CALLS[type](fields, attributes);
  setId(attributes, ATTR.eventId, idOf(fields, "messageId"));
  setId(attributes, ATTR.userId, idOf(fields, "userId"));
  setId(attributes, ATTR.installationId, idOf(fields, "anonymousId"));
  return { ...emptyRecord(), eventName, attributes, time: addTime(attributes, fields, of.sentAt) };
}

function typeOf(fields: Fields): SegmentType {
  const type = SEGMENT_TYPES.find((known) => known === fields["type"]);
  if (type === undefined) throw new RecordProblem(`type is none of ${SEGMENT_TYPES.join(", ")}`);
  return type;
}

/** Each adds what its type says to the attributes and gives the event's name. */
const CALLS: Record<SegmentType, (fields: Fields, attributes: Attributes) => string> = {
  track(fields, attributes) {
    addProperties(attributes, fields);
    return required("event", textOf(fields, "event"));
  },
  identify(fields, attributes) {
    addTraits(attributes, fields);
    return EVENT.identified;
  },
  page(fields, attributes) {
    addProperties(attributes, fields, PAGE_PROPERTIES);
    addPath(attributes);
    addNames(attributes, fields, { name: "page.name", category: "page.category" });
    return EVENT.pageViewed;
  },
  screen(fields, attributes) {
    addProperties(attributes, fields);
    addNames(attributes, fields, { name: ATTR.screenName, category: "screen.category" });
    return EVENT.screenViewed;
  },
  group(fields, attributes) {
    addTraits(attributes, fields);
    attributes.set("vox.group.id", required("groupId", idOf(fields, "groupId")));
    return "vox.group.identified";
  },
  alias(fields, attributes) {
    required("userId", idOf(fields, "userId"));
    attributes.set(ATTR.previousId, required("previousId", idOf(fields, "previousId")));
    return EVENT.identified;
  },
};

/** Reserved properties of a page call, under the names that other events have; a query string is never stored. */
const PAGE_PROPERTIES: Readonly<Record<string, string>> = {
  path: ATTR.urlPath,
  url: "url.full",
  title: "page.title",
  referrer: "page.referrer",
  search: "",
};

function addProperties(
  attributes: Attributes,
  fields: Fields,
  renamed: Readonly<Record<string, string>> = {},
): void {
  for (const [property, value] of Object.entries(recordFields(fields["properties"] ?? {}, "properties"))) {
    const name = Object.hasOwn(renamed, property) ? renamed[property] : property;
    if (name !== undefined && name !== "" && value !== null) attributes.set(name, valueOf(value));
  }
}

function addNames(attributes: Attributes, fields: Fields, names: { name: string; category: string }): void {
  for (const field of ["name", "category"] as const) {
    const text = textOf(fields, field);
    if (text !== "") attributes.set(names[field], text);
  }
}

/**
 * A client's time is corrected by the time it sent at, as Segment does. What Segment itself passes on has been corrected:
 * then the client's own time stands beside it, as `originalTimestamp`.
 */
function addTime(
  attributes: Attributes,
  fields: Fields,
  batchSentAt: number | undefined,
): number | undefined {
  const timestamp = dateOf(fields, "timestamp");
  const original = dateOf(fields, "originalTimestamp");
  const sentAt = dateOf(fields, "sentAt") ?? batchSentAt;
  const isCorrected = timestamp !== undefined && original !== undefined;
  if (sentAt !== undefined && !isCorrected) attributes.set(ATTR.sentAt, sentAt);
  return timestamp ?? original;
}

function idOf(fields: Fields, name: string): string {
  const id = fields[name] ?? "";
  if (typeof id !== "string" && typeof id !== "number")
    throw new RecordProblem(`${name} is neither text nor a number`);
  return String(id);
}

function setId(attributes: Attributes, name: string, id: string): void {
  if (id !== "") attributes.set(name, id);
}

function required(name: string, text: string): string {
  if (text === "") throw new RecordProblem(`it has no ${name}`);
  return text;
}
