import type { Issues } from "./issues";

/** Reasons in order of lists; of a path that an earlier list names, a later one says no more. */
export function joinIssues(...lists: readonly Issues[]): Issues {
  const said = new Set<string>();
  return lists.flatMap((list) => {
    const more = list.filter((line) => !said.has(pathOf(line)));
    more.forEach((line) => said.add(pathOf(line)));
    return more;
  });
}

const pathOf = (line: string) => line.slice(0, line.indexOf(": "));
