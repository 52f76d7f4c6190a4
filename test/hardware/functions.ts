import type { Hardware } from "../../lab/hardware/hardware";

/** What the driver of a card says of one of its functions. */
export interface VfInfo {
  readonly vf: number;
  readonly address: string;
  readonly vlan_list: unknown[];
  readonly rate: { readonly max_tx: number };
  readonly spoofchk: boolean;
  readonly trust: boolean;
}

/** What the driver of a card says of its functions. */
export async function told(hardware: Hardware, link: string): Promise<VfInfo[]> {
  const [found] = JSON.parse(await hardware.must(`ip -j link show ${link}`)) as [
    { vfinfo_list?: VfInfo[] },
  ];
  return found.vfinfo_list ?? [];
}

/** Where all mappings lead to. */
export const mapped = (hardware: Hardware): Promise<string> =>
  hardware.must("grep -ho 'path=[^,]*' /etc/pve/mapping/pci.cfg | sort");

/** The same of these addresses. */
export const paths = (addresses: readonly string[]): string =>
  addresses.map((one) => `path=${one}\n`).join("");
