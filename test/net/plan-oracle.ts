import { type Claims, type NetworkClaim, Tenure } from "../../net/address-claims";

/** Whether any two claims collide, found by holding each against each. */
export function claimsCollide({ networks, own, gateways, guests }: Claims): boolean {
  const hosts = [...own, ...gateways, ...guests];
  return (
    networks.some((a, i) => networks.slice(i + 1).some((b) => meet(a, b) && !mayMeet(a, b))) ||
    hosts.some(({ address }, i) =>
      hosts
        .slice(i + 1)
        .some(
          (other) =>
            guests.includes(other) &&
            other.address.family === address.family &&
            other.address.value === address.value,
        ),
    )
  );
}

const meet = ({ cidr: a }: NetworkClaim, { cidr: b }: NetworkClaim) => {
  const shift = BigInt((a.family === 4 ? 32 : 128) - Math.min(a.prefix, b.prefix));
  return a.family === b.family && a.address >> shift === b.address >> shift;
};

const mayMeet = (a: NetworkClaim, b: NetworkClaim) => {
  const pair = [a.tenure, b.tenure].sort().join();
  return (
    pair === [Tenure.Foreign, Tenure.Foreign].join() ||
    pair === [Tenure.Foreign, Tenure.Uplink].join() ||
    pair === [Tenure.Routed, Tenure.Uplink].join()
  );
};
