import { addressIssues } from "./address-issues";
import { BITS, formatAddress, parseAddress } from "./cidr";
import { type Issues, issue } from "./issues";
import { interfaceNameIssues } from "./names";

/** An address of a guest that is not in its bridge's network. */
export interface RoutedGuest {
  /** The address, of either family, without prefix. */
  address: string;
  /**
   * Interface on which the host answers for the address (proxy ARP, proxy NDP), because it is from
   * the network there.
   * @default none: the address is routed to the host
   */
  proxyOn?: string;
}

/** Every reason why addresses can not be led to guests behind a bridge. */
export const routedGuestIssues = (path: string, guests: readonly RoutedGuest[]): Issues =>
  guests.flatMap(({ address, proxyOn }, i) => [
    ...addressIssues(`${path}[${i}].address`, address),
    ...(proxyOn === undefined ? [] : interfaceNameIssues(`${path}[${i}].proxyOn`, proxyOn)),
    ...(guests.findIndex((other) => hostRoute(other.address) === hostRoute(address)) < i
      ? issue(`${path}[${i}].address`, `${address} is declared twice`, "it once")
      : []),
  ]);

/** The network that holds one address and nothing else. */
export function hostRoute(text: string): string {
  const address = parseAddress(text);
  return address ? `${formatAddress(address.family, address.value)}/${BITS[address.family]}` : text;
}
