import { type Claims, NO_CLAIMS, Tenure } from "./address-claims";
import { parseAddress, parseCidr } from "./cidr";
import { parseRange } from "./range";
import type { RouterInterface } from "./router-network";

/**
 * What a router's interfaces take of a machine's address plan.
 *
 * On the interface named `uplink` the router is one host of several.
 */
export function interfaceClaims(
  path: string,
  interfaces: readonly RouterInterface[],
  uplink?: string,
): Claims {
  const all = interfaces.map((one, i) => ({ ...one, at: `${path}[${i}]` }));
  const addresses = all.flatMap(({ at, name, addresses = [] }) =>
    addresses.flatMap((text, i) => {
      const cidr = parseCidr(text);
      const tenure = name === uplink ? Tenure.Uplink : Tenure.Shared;
      return cidr ? [{ path: `${at}.addresses[${i}]`, text, cidr, tenure }] : [];
    }),
  );
  return {
    ...NO_CLAIMS,
    networks: addresses,
    own: addresses.map(({ path, cidr: { family, address } }) => ({
      path,
      address: { family, value: address },
    })),
    reserved: all.flatMap(({ at, reservations = [] }) =>
      reservations.flatMap((one, i) => {
        const address = parseAddress(one.address);
        return address ? [{ path: `${at}.reservations[${i}].address`, address }] : [];
      }),
    ),
    ranges: all.flatMap(({ at, pool }) => {
      const range = pool && parseRange(`${pool.from}-${pool.to}`);
      return range ? [{ path: `${at}.pool`, range }] : [];
    }),
    macs: all.map(({ at, mac }) => ({ path: `${at}.mac`, mac })),
    names: [all.map(({ at, name }) => ({ path: `${at}.name`, name }))],
  };
}
