/** Print JSON as Perl's encoder does when it is asked to be pretty. */
export const perlJson = (value: unknown): string =>
  JSON.stringify(sorted(value), null, 3).replace(/^( *"(?:[^"\\]|\\.)*"): /gm, "$1 : ");

/** The same value with every object's keys in order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** One value as plain text; objects as JSON. */
export function cell(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Print data for a person: text as it is, objects and lists as bordered tables. */
export function textTable(data: unknown): string {
  if (data === null || data === undefined) return "";
  if (typeof data !== "object") return cell(data);
  const rows: Record<string, unknown>[] = Array.isArray(data)
    ? data.map(
        (item): Record<string, unknown> =>
          item !== null && typeof item === "object"
            ? (item as Record<string, unknown>)
            : { value: item },
      )
    : Object.entries(sorted(data) as object).map(([key, value]) => ({
        key,
        value: value as unknown,
      }));
  if (rows.length === 0) return "";
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (Array.isArray(data)) columns.sort();
  const widths = columns.map((name) =>
    Math.max(name.length, ...rows.map((row) => cell(row[name]).length)),
  );
  const rule = (left: string, middle: string, right: string) =>
    left + widths.map((width) => "─".repeat(width + 2)).join(middle) + right;
  const line = (cells: string[], bar: string) =>
    `│${cells.map((text, i) => ` ${text.padEnd(widths[i] ?? 0)} `).join(bar)}│`;
  return [
    rule("┌", "┬", "┐"),
    line(columns, "│"),
    rule("╞", "╪", "╡").replaceAll("─", "═"),
    rows
      .map((row) =>
        line(
          columns.map((name) => cell(row[name])),
          "│",
        ),
      )
      .join(`\n${rule("├", "┼", "┤")}\n`),
    rule("└", "┴", "┘"),
  ].join("\n");
}
