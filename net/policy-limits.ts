import { type Issues, issue } from "./issues";
import type { FirewallPolicy } from "./policy";

/** Longest lists of what is compared pair by pair, or rendered for each pair of zones. */
const LIMITS = {
  zones: 256,
  defaults: 4096,
  sets: 512,
  masquerade: 256,
  masquerade6: 256,
  keepAddresses: 256,
  snat: 1024,
  prefixTranslations: 128,
  block: 256,
  synProtection: 256,
  addresses: 256,
  routes: 256,
} as const;

/** Most addresses of all zones together. */
const ZONE_ADDRESSES = 2048;

/** Every list of a policy that is longer than any router needs, before something looks at pairs. */
export function sizeIssues(policy: FirewallPolicy): Issues {
  const keys = Object.keys(LIMITS) as (keyof typeof LIMITS)[];
  const addresses = policy.zones.reduce((sum, zone) => sum + (zone.addresses?.length ?? 0), 0);
  return [
    ...keys.flatMap((key) => {
      const length = policy[key]?.length ?? 0;
      return length > LIMITS[key]
        ? issue(key, `got ${length} elements`, `at most ${LIMITS[key]}`)
        : [];
    }),
    ...(addresses > ZONE_ADDRESSES
      ? issue("zones", `${addresses} addresses in all`, `at most ${ZONE_ADDRESSES}`)
      : []),
  ];
}
