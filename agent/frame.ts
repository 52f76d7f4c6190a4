import { AGENT, sha256 } from "./agent";
import { targetOf } from "./bundle";

const INSTALLED = "/usr/local/lib/proxmox-router/agent";
const OPEN = "/run/proxmox-router/txn/agent.sh";
const LAST = "/run/proxmox-router/agent.sh";

/** A command line, which holds nothing but our own words, and what it reads. */
export interface Call {
  readonly command: string;
  readonly stdin: string;
}

/**
 * Begin the change to a bundle and wait until it is in force or taken back.
 *
 * The agent travels along, because a machine that has none yet needs one. Nothing runs before the
 * checksum of the whole frame is right.
 */
export function beginCall(slice: string, bundle: string, repair = false): Call {
  const target = targetOf(bundle);
  const payload = AGENT + bundle;
  const size = (text: string) => Buffer.byteLength(text);
  const unpack = [
    "umask 077",
    "mkdir -p /run/proxmox-router",
    "d=$(mktemp -d /run/proxmox-router/frame.XXXXXX)",
    `trap "rm -rf $d" EXIT`,
    "read -r magic agent bundle sum",
    'case $agent$bundle in "" | *[!0-9]*) echo "no frame" >&2; exit 65;; esac',
    'head -c $((agent + bundle)) >"$d/frame"',
    '[ "$magic" = PVR1 ] && [ "$(sha256sum <"$d/frame" | cut -c1-64)" = "$sum" ] || { echo "the frame was cut short" >&2; exit 65; }',
    'head -c "$agent" "$d/frame" >"$d/agent.sh"',
    'tail -c "$bundle" "$d/frame" >"$d/bundle"',
    `sh "$d/agent.sh" begin ${slice} ${target} "$d"${repair ? " repair" : ""}`,
  ].join("; ");
  const known = `[ -r ${INSTALLED} ] && sh ${INSTALLED} unchanged ${slice} ${target} 2>/dev/null`;
  return {
    command: shell(repair ? unpack : `${known} || { ${unpack}; }`),
    stdin: `PVR1 ${size(AGENT)} ${size(bundle)} ${sha256(payload)}\n${payload}`,
  };
}

/** Keep the change; only over a connection that is younger than it. */
export const confirmCall = (slice: string, target: string): Call =>
  call(`confirm ${slice} ${target}`);

/** Begin to take a slice away. */
export const removeCall = (slice: string): Call => call(`remove ${slice}`);

/** Keep it taken away. */
export const confirmRemovalCall = (slice: string): Call => call(`confirm ${slice} none`);

/** Take the open change back at once. */
export const abortCall = (slice: string): Call => call(`abort ${slice}`);

/** Ask without changing anything: `status`, `caps`, `survey` or `drift`. */
export const askCall = (question: "status" | "caps" | "survey" | "drift"): Call => call(question);

// The open transaction's agent knows best; without one, the machine's.
const call = (words: string): Call => ({
  command: shell(
    `for a in ${OPEN} ${INSTALLED} ${LAST}; do [ -r $a ] && exec sh $a ${words}; done; echo "no agent here" >&2; exit 69`,
  ),
  stdin: "",
});

// Whatever the login shell is, sh reads this.
const shell = (script: string) => `sh -c '${script}'`;
