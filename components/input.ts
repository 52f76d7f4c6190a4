import * as pulumi from "@pulumi/pulumi";
import { type Issues, quote } from "../net/issues";

/**
 * Apply `fn` now when `value` is already known, or once it resolves.
 *
 * Plain values therefore fail inside the constructor, with a useful stack.
 */
export function lift<T, U>(value: pulumi.Input<T>, fn: (value: T) => U): pulumi.Input<U> {
  return isLater(value)
    ? pulumi.output(value).apply((resolved) => fn(resolved as T))
    : fn(value as T);
}

const isLater = (value: unknown): boolean =>
  pulumi.Output.isInstance(value) || value instanceof Promise;

/** Refuse a value for all its issues at once, as an error of `resource` without a stack. */
export function refuse(resource: pulumi.Resource, what: string, issues: Issues): void {
  if (issues.length === 0) return;
  throw new pulumi.ResourceError([`Invalid ${what}:`, ...issues].join("\n  - "), resource, true);
}

/**
 * The name of a component, which begins the names of all its resources.
 *
 * Refused before anything is registered under it: an Output has no text yet, and would be written
 * as an explanation of itself; a secret would be readable in the state.
 */
export function plainName(name: string): string {
  const given: unknown = name;
  if (typeof given === "string") return given;
  throw new pulumi.RunError(`name: got ${quote(given)}; expected plain text, known by now`);
}

/** What `check` says of a value that is known already; nothing of one that is not. */
export function plainText(value: pulumi.Input<string>, check: (text: string) => Issues): Issues {
  return isLater(value) ? [] : check(value as string);
}
