/** A condition on one attribute while it is edited; its values are written with commas between them. */
export interface AudienceRow {
  name: string;
  values: string;
}

export function toAudienceRows(audience: Record<string, string[]> = {}): AudienceRow[] {
  return Object.entries(audience).map(([name, values]) => ({ name, values: values.join(", ") }));
}

/** Rows without a name or a value say nothing; two with one name are one with the values of both. */
export function fromAudienceRows(rows: readonly AudienceRow[]): Record<string, string[]> {
  const audience: Record<string, string[]> = {};
  for (const row of rows) {
    const name = row.name.trim();
    const values = row.values.split(/[,，]/).flatMap((value) => value.trim() || []);
    if (name !== "" && values.length > 0)
      audience[name] = [...new Set([...(audience[name] ?? []), ...values])];
  }
  return audience;
}
