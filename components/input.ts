import * as pulumi from "@pulumi/pulumi";
import type { Issues } from "../net/issues";

/**
 * Apply `fn` now when `value` is already known, or once it resolves.
 *
 * Plain values therefore fail inside the constructor, with a useful stack.
 */
export function lift<T, U>(value: pulumi.Input<T>, fn: (value: T) => U): pulumi.Input<U> {
  return pulumi.Output.isInstance(value) || value instanceof Promise
    ? pulumi.output(value).apply((resolved) => fn(resolved as T))
    : fn(value);
}

/** Refuse a value for all its issues at once, as an error of `resource` without a stack. */
export function refuse(resource: pulumi.Resource, what: string, issues: Issues): void {
  if (issues.length === 0) return;
  throw new pulumi.ResourceError([`Invalid ${what}:`, ...issues].join("\n  - "), resource, true);
}

/** What `check` says of a value that is known already; nothing of one that is not. */
export function plainText(value: pulumi.Input<string>, check: (text: string) => Issues): Issues {
  return typeof value === "string" ? check(value) : [];
}
