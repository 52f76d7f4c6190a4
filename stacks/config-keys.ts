import type { Issues } from "../net/issues";

/**
 * Issues in terms of a configuration: paths that are in `keys` become its keys.
 *
 * What stands in quotes is what the user wrote, and stays. Of two paths that begin alike the longer
 * one is to come first.
 */
export function inKeys(issues: Issues, keys: ReadonlyMap<string, string>): Issues {
  const paths = [...keys.keys()].map((path) => path.replace(/[[\].]/g, "\\$&"));
  const pattern = new RegExp(`"(?:[^"\\\\]|\\\\.)*"|(?<![\\w.:])(?:${paths.join("|")})`, "g");
  return issues.map((line) => line.replace(pattern, (found) => keys.get(found) ?? found));
}
