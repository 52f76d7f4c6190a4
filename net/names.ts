import { got, type Issues, issue, quote } from "./issues";
import { NFT_KEYWORDS } from "./nft-keywords";

/** What the kernel keeps of an interface name, in bytes. */
const INTERFACE_NAME_LIMIT = 15;

/** What every name of ours matches: short enough for `name.4094` to be an interface name too. */
const NAME_PATTERN = /^[a-z][a-z0-9-]{0,11}$/;

const INTERFACE_PATTERN = /^[a-z][a-z0-9._-]*$/;

const USER_PATTERN = /^[a-z_][a-z0-9_-]{0,31}$/;

// Sysctl directories, the loopback, and what a Windows client takes for its console.
const RESERVED = ["all", "default", "lo", "con"];

/** A name and where it is declared. */
export interface NamedPath {
  readonly path: string;
  readonly name: string;
}

/** Every reason why a value can not name a declaration: a zone, a network, a forward, a guest. */
export function nameIssues(path: string, value: unknown): Issues {
  if (typeof value !== "string" || !NAME_PATTERN.test(value)) {
    return issue(path, got(value), NAME_PATTERN.source);
  }
  return RESERVED.includes(value) || NFT_KEYWORDS.has(value)
    ? issue(path, `${quote(value)} is a reserved name`, "another name")
    : [];
}

/** Every reason why a value can not be the name of an interface of Linux. */
export function interfaceNameIssues(path: string, value: unknown): Issues {
  if (typeof value !== "string" || !INTERFACE_PATTERN.test(value)) {
    return issue(
      path,
      got(value),
      `an interface name, ${INTERFACE_PATTERN.source}, of at most ${INTERFACE_NAME_LIMIT} bytes`,
    );
  }
  if (RESERVED.includes(value)) {
    return issue(path, `${quote(value)} is a reserved name`, "another name");
  }
  return value.length > INTERFACE_NAME_LIMIT
    ? issue(
        path,
        `${quote(value)} is ${value.length} bytes long`,
        `at most ${INTERFACE_NAME_LIMIT} bytes`,
      )
    : [];
}

/** Every reason why a value is not the name of a user to log in as, which SSH reads before `@`. */
export function userNameIssues(path: string, value: unknown): Issues {
  return typeof value === "string" && USER_PATTERN.test(value)
    ? []
    : issue(path, got(value), `a user name, ${USER_PATTERN.source}`);
}

/** The interface that carries one VLAN of another. */
export function vlanInterface(parent: string, vlan: number): string {
  return `${parent}.${vlan}`;
}

/** Every name that is declared again, also where only case or Unicode spelling differs. */
export function sameNameIssues(names: readonly NamedPath[]): Issues {
  const first = new Map<string, NamedPath>();
  return names.flatMap(({ path, name }) => {
    const folded = name.normalize("NFKC").toLowerCase();
    const other = first.get(folded);
    if (!other) first.set(folded, { path, name });
    return other
      ? issue(
          path,
          `${quote(name)} is the same as ${other.path} ${quote(other.name)}`,
          "another name",
        )
      : [];
  });
}
