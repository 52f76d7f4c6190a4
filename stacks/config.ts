import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { type Issues, quote } from "../net/issues";

/** Reads configuration values by key, as `pulumi.Config` does. */
export interface ConfigReader {
  /** The value of a key as an object, or undefined. */
  getObject(key: string): unknown;
  /** The keys that are set, without their namespace. */
  keys(): string[];
}

/** A configuration that can not be used; the message lists every reason with its key. */
export class ConfigError extends pulumi.RunError {}

/** Read and check the keys of `schema`, all at once. */
export function readConfig<T extends z.ZodRawShape>(
  project: string,
  config: ConfigReader,
  schema: z.ZodObject<T>,
): z.infer<z.ZodObject<T>> {
  const raw = Object.fromEntries(
    Object.keys(schema.shape).map((key) => [key, config.getObject(key)]),
  );
  const known = ["topology", ...Object.keys(schema.shape)];
  const unknown = config.keys().filter((key) => !known.includes(key));
  const result = schema.safeParse(raw);
  if (result.success && unknown.length === 0) return result.data;
  throw refusal([
    ...unknown.map((key) => `${project}:${key}: unknown key; expected ${known.join(", ")}`),
    ...(result.error?.issues ?? []).flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => unknownKey(project, schema, [...issue.path, key]))
        : [explain(project, raw, issue)],
    ),
  ]);
}

/** The error that refuses a configuration for all its issues at once. */
export function refusal(issues: Issues): ConfigError {
  return new ConfigError(["Invalid configuration:", ...issues].join("\n  - "));
}

const written = (path: readonly PropertyKey[]) =>
  path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .slice(1);

function unknownKey(project: string, schema: z.ZodType, path: readonly PropertyKey[]): string {
  const known = keysAt(schema, path.slice(0, -1));
  return `${project}:${written(path)}: unknown key; expected ${known.join(", ")}`;
}

/** The keys of the object at a path within what a schema describes. */
function keysAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return keysAt(schema.unwrap(), path);
  if (schema instanceof z.ZodPipe) return keysAt(schema.in, path);
  if (schema instanceof z.ZodArray) return keysAt(schema.element, path.slice(1));
  if (!(schema instanceof z.ZodObject)) return ["no such key"];
  const [key, ...rest] = path;
  const shape = schema.shape as Record<PropertyKey, unknown>;
  return key === undefined ? Object.keys(shape) : keysAt(shape[key], rest);
}

function explain(project: string, raw: unknown, issue: z.core.$ZodIssue): string {
  const got = issue.path.reduce<unknown>(
    (value, part) => (value as Record<PropertyKey, unknown> | undefined)?.[part],
    raw,
  );
  const fact = got === undefined ? "missing" : `got ${quote(got)}`;
  return `${project}:${written(issue.path)}: ${fact}; ${expected(issue)}`;
}

function expected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${issue.expected === "int" ? "integer" : issue.expected}`;
    case "invalid_value":
      return `expected ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return `expected at least ${String(issue.minimum)}${issue.origin === "array" ? " item" : ""}`;
    case "too_big":
      return `expected at most ${String(issue.maximum)}`;
    default:
      return `expected: ${issue.message}`;
  }
}
