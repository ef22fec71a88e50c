/** Rows as a Markdown table, whose columns are the first row's. */
export function table(rows: readonly Record<string, string>[]): string {
  const names = Object.keys(rows[0] ?? {});
  return [
    line(names),
    line(names.map(() => "---")),
    ...rows.map((row) => line(names.map((name) => row[name] ?? ""))),
  ].join("\n");
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
