import type { Issues } from "./issues";
import { parsePlain } from "./plain";
import { type Shape, shapeIssues } from "./shape";

/** Check a declaration as data first, then for its shape, and only then for what it says. */
export function declaredIssues<T>(
  path: string,
  declared: T,
  shape: Shape,
  check: (plain: T) => Issues,
): Issues {
  const { value, issues } = parsePlain(path, declared);
  if (issues.length > 0) return issues;
  const shaped = shapeIssues(path, value, shape);
  return shaped.length > 0 ? shaped : check(value as T);
}
