import { integerIssues } from "./integer";
import type { Issues } from "./issues";

/** Every reason why a value can not be the time within which a change has to be confirmed. */
export function confirmTimeoutIssues(path: string, value: unknown): Issues {
  return integerIssues(path, value, { min: 30, max: 3600, unit: "seconds" });
}

/** Every reason why a value can not be the life of a DHCP lease. */
export function leaseTimeIssues(path: string, value: unknown): Issues {
  return integerIssues(path, value, { min: 60, max: 31_536_000, unit: "seconds" });
}
