import { abortCall } from "./frame";

/**
 * Render the script that takes a guest's open change back over the hypervisor's own channel.
 *
 * It prints what `qm guest exec` prints; it fails if the guest agent does not answer.
 */
export function renderGuestAbort(vmId: number, slice: string): string {
  return [
    ...PREAMBLE,
    // Words of this shell become words in the guest: no shell is between them.
    `qm guest exec ${vmId} --timeout 60 -- ${abortCall(slice).command}`,
    "",
  ].join("\n");
}

/** Render the script that restarts a guest which nothing else reaches. */
export const renderGuestReset = (vmId: number): string =>
  [...PREAMBLE, `qm reset ${vmId} >&2`, ""].join("\n");

const PREAMBLE = ["set -eu", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"];

/** What a command in the guest printed. */
export function parseGuestOutput(reply: string): string {
  try {
    const { "out-data": text = "" } = JSON.parse(reply) as { "out-data"?: string };
    return text;
  } catch {
    return "";
  }
}
