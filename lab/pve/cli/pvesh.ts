import { parseArguments } from "./arguments";
import { without } from "../state/without";
import { CommandError, demand, follow, isTask } from "./client";
import { perlJson, sorted, textTable } from "./print";

const METHODS: Readonly<Record<string, string>> = {
  get: "GET",
  create: "POST",
  set: "PUT",
  delete: "DELETE",
};

/** `pvesh get|create|set|delete <path> --option value…`: the API on the command line. */
export async function pvesh(argv: readonly string[]): Promise<void> {
  const { words, options } = parseArguments(argv);
  const [verb = "", path = ""] = words;
  const method = METHODS[verb === "ls" ? "get" : verb];
  if (method === undefined || path === "") {
    throw new CommandError(
      "USAGE: pvesh <get|create|set|delete> <api_path> [OPTIONS] [FORMAT_OPTIONS]",
    );
  }
  const format = options["output-format"] ?? "text";
  const params = without(options, "output-format", "noproxy", "quiet");
  const plain = path.startsWith("/") ? path : `/${path}`;
  const data = await demand(method, encodePath(plain), params);
  if (isTask(data)) await follow(data, (line) => console.log(line));
  if (format === "json") console.log(JSON.stringify(sorted(data)));
  else if (format === "json-pretty") console.log(perlJson(data));
  else {
    const shown = textTable(data);
    if (shown !== "") console.log(shown);
  }
}

/** Callers write paths plainly; what they encoded themselves stays encoded. */
const encodePath = (path: string): string =>
  path
    .split("/")
    .map((part) => (/%[0-9a-f]{2}/i.test(part) ? part : encodeURIComponent(part)))
    .join("/");
