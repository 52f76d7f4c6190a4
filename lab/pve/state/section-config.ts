/** One section of a Proxmox section file: `type: id`, then indented `key value` lines. */
export interface Section {
  readonly type: string;
  readonly id: string;
  /** Values by key; a key that repeats, such as `map`, has several. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** Read a section file such as storage.cfg. */
export function parseSections(content: string): Section[] {
  const sections: { type: string; id: string; values: Record<string, string[]> }[] = [];
  for (const line of content.split("\n")) {
    const head = /^([a-z][a-z0-9]*):\s*(\S*)\s*$/.exec(line);
    const entry = /^\s+(\S+)(?:\s+(.*?))?\s*$/.exec(line);
    if (head) sections.push({ type: head[1] ?? "", id: head[2] ?? "", values: {} });
    else if (entry) {
      const values = sections.at(-1)?.values;
      if (values) (values[entry[1] ?? ""] ??= []).push(entry[2] ?? "1");
    }
  }
  return sections;
}

/** Print sections the way Proxmox writes them. */
export function printSections(sections: readonly Section[]): string {
  return sections
    .map(({ type, id, values }) => {
      const lines = Object.entries(values).flatMap(([key, all]) =>
        all.map((value) => `\t${key} ${value}\n`),
      );
      return `${type}: ${id}\n${lines.join("")}`;
    })
    .join("\n");
}
