import { integerIssues } from "./integer";
import { got, type Issues, issue } from "./issues";

// The patterns of Proxmox's own schema, with its ends closed: none lets through the `,`, `=` and
// `:` that its property strings are made of, nor the `/` of its paths.
const NODE = /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;
const STORAGE = /^[a-zA-Z][a-zA-Z0-9_.-]{0,98}[a-zA-Z0-9]$/;
const CONFIG_ID = /^[a-zA-Z][a-zA-Z0-9_-]{1,63}$/;
// Shorter than the API's, as the provider has it, and none that it could take for a card's or a guest's.
const BRIDGE = /^[a-z]{0,4}br(0|[1-9]\d{0,3})$/;

/** Every reason why a value is not the id of a guest. */
export function vmIdIssues(path: string, value: unknown): Issues {
  return integerIssues(path, value, { min: 100, max: 999_999_999 });
}

/** Every reason why a value is not the name of a node. */
export function nodeNameIssues(path: string, value: unknown): Issues {
  return matching(path, value, NODE, "a node name: letters, digits and inner -");
}

/** Every reason why a value is not the id of a storage. */
export function storageIdIssues(path: string, value: unknown): Issues {
  return matching(path, value, STORAGE, "a storage id: a letter, then letters, digits, _ . -");
}

/** Every reason why a value is not the id of a hardware mapping, a pool or a group. */
export function configIdIssues(path: string, value: unknown): Issues {
  return matching(path, value, CONFIG_ID, "an id: a letter, then letters, digits, _ -");
}

/** Every reason why a value is not the name of a host bridge that we make. */
export function bridgeNameIssues(path: string, value: unknown): Issues {
  return matching(
    path,
    value,
    BRIDGE,
    "br and a number up to 9999, after up to four letters, such as vmbr1",
  );
}

/** Every reason why a value is not a file of one kind that a storage holds. */
export function volumeIdIssues(path: string, value: unknown, content: "iso" | "import"): Issues {
  const suffix = { iso: "iso", import: "qcow2" }[content];
  const pattern = new RegExp(`^[a-zA-Z][a-zA-Z0-9_.-]{0,98}[a-zA-Z0-9]:${content}/[\\w.+-]+$`);
  return matching(path, value, pattern, `a volume such as local:${content}/firewall.${suffix}`);
}

const matching = (path: string, value: unknown, pattern: RegExp, expected: string): Issues =>
  typeof value === "string" && pattern.test(value) ? [] : issue(path, got(value), expected);
