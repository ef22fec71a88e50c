import { type Fields, recordFields, valueOf } from "../json-fields.ts";
import type { Attributes, Value } from "../record.ts";

/** Reserved traits that tell who or where a person is (https://segment.com/docs/connections/spec/identify/#traits). */
const PERSONAL = new Set([
  "address",
  "avatar",
  "birthday",
  "email",
  "firstname",
  "lastname",
  "mobile",
  "name",
  "phone",
  "phonenumber",
  "username",
]);

/** Adds a call's traits as `trait.<name>`, without those that name a person: no rule knows a name or every country's phones. */
export function addTraits(attributes: Attributes, fields: Fields): void {
  const traits = valueOf(recordFields(fields["traits"] ?? {}, "traits"));
  for (const [name, value] of Object.entries(withoutPersonal(traits) as Record<string, Value>))
    if (value !== null) attributes.set(`trait.${name}`, value);
}

function withoutPersonal(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutPersonal);
  const kept = Object.entries(value).filter(
    ([name]) => !PERSONAL.has(name.toLowerCase().replaceAll(/[^a-z]/g, "")),
  );
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutPersonal(inner)]));
}
