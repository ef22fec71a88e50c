/** What a spreadsheet would run as a formula, also after spaces and tabs. */
const FORMULA = /^[\s]*[=+\-@]/;

/** A line of a CSV file (RFC 4180), in which no value can become a formula: one that could is told to be text by an apostrophe. */
export function csvLine(values: readonly (string | number | boolean)[]): string {
  return `${values.map(cell).join(",")}\r\n`;
}

function cell(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
