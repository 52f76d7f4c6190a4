import { join } from "node:path";
import { need } from "../api/router";
import { type Pve } from "../pve";
import { type Params } from "../schema/check";
import { readOr, writeAtomic } from "../state/atomic";

/** One firewall rule; every field is text, as it was sent. */
export type Rule = Readonly<Record<string, string>>;

/** A set of addresses. */
export interface IpSet {
  readonly comment?: string;
  readonly entries: readonly {
    readonly cidr: string;
    readonly comment?: string;
    readonly nomatch?: string;
  }[];
}

/** Everything the firewall knows about the cluster, the node or one VM. */
export interface FirewallConfig {
  readonly options: Readonly<Record<string, string>>;
  readonly rules: readonly Rule[];
  readonly aliases: Readonly<Record<string, { readonly cidr: string; readonly comment?: string }>>;
  readonly ipset: Readonly<Record<string, IpSet>>;
  readonly groups: Readonly<
    Record<string, { readonly comment?: string; readonly rules: readonly Rule[] }>
  >;
}

const EMPTY: FirewallConfig = { options: {}, rules: [], aliases: {}, ipset: {}, groups: {} };

/** Where a firewall configuration applies. */
export interface Scope {
  /** The API path that the scope's methods lie below. */
  readonly base: string;
  /** Which file of /etc/pve/firewall a request is about; checks that its object exists. */
  readonly file: (pve: Pve, params: Params) => string;
}

/** The three places that have a firewall. */
export const SCOPES: readonly Scope[] = [
  { base: "/cluster/firewall", file: () => "cluster" },
  { base: "/nodes/{node}/firewall", file: (pve) => `host-${pve.node}` },
  {
    base: "/nodes/{node}/qemu/{vmid}/firewall",
    file: ({ vms }, params) => {
      vms.load(need(params, "vmid"));
      return need(params, "vmid");
    },
  },
];

/** Read a scope's configuration. */
export function readFirewall(pve: Pve, name: string): FirewallConfig {
  const content = readOr(path(pve, name), "{}");
  return { ...EMPTY, ...(JSON.parse(content) as Partial<FirewallConfig>) };
}

/** Change parts of a scope's configuration. */
export function patchFirewall(pve: Pve, name: string, change: Partial<FirewallConfig>): void {
  const next = { ...readFirewall(pve, name), ...change };
  writeAtomic(path(pve, name), `${JSON.stringify(next, null, 2)}\n`);
}

/** The text that digests are made of. */
export const firewallText = (pve: Pve, name: string): string => readOr(path(pve, name), "");

const path = ({ paths }: Pve, name: string): string => join(paths.etc, "firewall", `${name}.json`);
