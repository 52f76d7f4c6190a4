import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The root of the project. */
export const root = resolve(__dirname, "..");

/** Every document, by its path in the project. */
export const documents: readonly string[] = [
  "README.md",
  "CONTRIBUTING.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/** The text of a file of the project. */
export const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** Whether a file of the project exists. */
export const exists = (path: string): boolean => existsSync(join(root, path));

/** The blocks of code in a document that are marked as `language`. */
export function codeBlocks(path: string, language: string): string[] {
  return [...read(path).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, mark, text = ""]) =>
    mark === language ? [text] : [],
  );
}

/** One row of a table: its cells by the heading of their column. */
export type Row = Readonly<Record<string, string>>;

/** The rows of the tables below a heading, which have the same columns; none without a heading. */
export function table(path: string, heading: string): Row[] {
  const lines = read(path).split("\n");
  const start = lines.indexOf(heading);
  const rest = start < 0 ? [] : lines.slice(start + 1);
  const end = rest.findIndex((line) => line.startsWith("#"));
  const [head = "", ...rows] = (end < 0 ? rest : rest.slice(0, end)).filter((line) =>
    /^\|(?!---)/.test(line),
  );
  const columns = cellsOf(head);
  return rows
    .filter((row) => row !== head)
    .map(cellsOf)
    .map((cells) => Object.fromEntries(columns.map((name, i) => [name, cells[i] ?? ""])));
}

const cellsOf = (line: string) =>
  line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());

/** The names in headings of the form ``### `name` ``, in order. */
export const namedHeadings = (path: string): string[] =>
  [...read(path).matchAll(/^### `([^`]+)`$/gm)].map(([, name = ""]) => name);

/** A cell without the marks of code. */
export const plain = (cell = ""): string => cell.replaceAll("`", "");
