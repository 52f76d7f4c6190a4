import { type BridgeGuest, portNames } from "./bridge-filter";
import { integerIssues } from "./integer";
import { type Issues, issue } from "./issues";
import { macIssues, sameMacIssues } from "./mac";
import { prefixListIssues } from "./policy-prefix-issues";
import { vmIdIssues } from "./proxmox-id";

/** Every reason why guests on a bridge could not be told apart, or would be silenced. */
export const bridgeGuestIssues = (path: string, guests: readonly BridgeGuest[]): Issues => [
  ...guests.flatMap((guest, i) => [
    ...vmIdIssues(`${path}[${i}].vmId`, guest.vmId),
    ...integerIssues(`${path}[${i}].device`, guest.device ?? 0, { min: 0, max: 31 }),
    ...macIssues(`${path}[${i}].mac`, guest.mac),
    ...prefixListIssues(`${path}[${i}].addresses`, guest.addresses),
    ...sameDevice(path, guests, i),
  ]),
  ...sameMacIssues(guests.map(({ mac }, i) => ({ path: `${path}[${i}].mac`, mac }))),
];

function sameDevice(path: string, guests: readonly BridgeGuest[], i: number): Issues {
  const name = (guest: BridgeGuest | undefined) => guest && portNames(guest)[0];
  const first = guests.findIndex((other) => name(other) === name(guests[i]));
  return first < i
    ? issue(`${path}[${i}].vmId`, `the device of ${path}[${first}]`, "another device")
    : [];
}
