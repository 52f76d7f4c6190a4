import { type Sent } from "./emulator";

/** A request that Proxmox refuses, and its answer. */
export interface Row {
  readonly when: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly sent?: Sent;
  readonly status: number;
  /** The reason phrase; for 400 the wording of the one parameter at fault. */
  readonly says: string | Readonly<Record<string, string>>;
}

const VM = "/nodes/pve/qemu/100";
const UNDEFINED =
  "property is not defined in schema and the schema does not allow additional properties";

/** Requests about things that are not there. */
export const absences: readonly Row[] = [
  {
    when: "a VM is absent",
    method: "GET",
    path: "/nodes/pve/qemu/999/config",
    status: 500,
    says: "Configuration file 'nodes/pve/qemu-server/999.conf' does not exist",
  },
  {
    when: "a VM to delete is absent",
    method: "DELETE",
    path: "/nodes/pve/qemu/999/",
    sent: { "destroy-unreferenced-disks": 1, purge: 1 },
    status: 500,
    says: "Configuration file 'nodes/pve/qemu-server/999.conf' does not exist",
  },
  {
    when: "a pool is absent",
    method: "GET",
    path: "/pools/x",
    status: 500,
    says: "pool 'x' does not exist",
  },
  {
    when: "a storage is absent",
    method: "GET",
    path: "/storage/xy",
    status: 500,
    says: "storage 'xy' does not exist",
  },
  {
    when: "a zone is absent",
    method: "GET",
    path: "/cluster/sdn/zones/xy",
    status: 500,
    says: "sdn 'xy' does not exist",
  },
  {
    when: "a mapping is absent",
    method: "GET",
    path: "/cluster/mapping/pci/xy",
    status: 500,
    says: "mapping 'xy' not found",
  },
  {
    when: "a user is absent",
    method: "GET",
    path: "/access/users/x@pve",
    status: 500,
    says: "no such user ('x@pve')",
  },
  {
    when: "a security group is absent",
    method: "GET",
    path: "/cluster/firewall/groups/xy",
    status: 500,
    says: "no such security group 'xy'",
  },
  {
    when: "an alias is absent",
    method: "GET",
    path: "/cluster/firewall/aliases/xy",
    status: 500,
    says: "no such alias 'xy'",
  },
  {
    when: "an IP set is absent",
    method: "GET",
    path: "/cluster/firewall/ipset/xy",
    status: 500,
    says: "no such IPSet 'xy'",
  },
  {
    when: "a rule is absent",
    method: "GET",
    path: "/cluster/firewall/rules/3",
    status: 500,
    says: "no rule at position 3",
  },
  {
    when: "an interface is absent",
    method: "DELETE",
    path: "/nodes/pve/network/vmbr7",
    status: 400,
    says: { iface: "interface does not exist" },
  },
  {
    when: "a path is unknown",
    method: "GET",
    path: "/nonsense",
    status: 501,
    says: "Method 'GET /nonsense' not implemented",
  },
  {
    when: "a method is unknown",
    method: "PUT",
    path: "/version",
    status: 501,
    says: "Method 'PUT /version' not implemented",
  },
  {
    when: "the node is another",
    method: "GET",
    path: "/nodes/other/qemu",
    status: 500,
    says: "hostname lookup 'other' failed - failed to get address info for: other: Name or service not known",
  },
  {
    when: "a GET has an unknown parameter",
    method: "GET",
    path: "/nodes",
    sent: { x: 1 },
    status: 400,
    says: { x: UNDEFINED },
  },
  {
    when: "a parameter is unknown",
    method: "PUT",
    path: `${VM}/config`,
    sent: { bogus: 1 },
    status: 400,
    says: { bogus: UNDEFINED },
  },
];
