import { AGENT, sha256 } from "./agent";
import { targetOf } from "./bundle";

const STATE = "/var/lib/proxmox-router";
const INSTALLED = "/usr/local/lib/proxmox-router/agent";
const OPEN = "/run/proxmox-router/txn/agent.sh";
const LAST = "/run/proxmox-router/agent.sh";

/** A command line, which holds nothing but our own words, and what it reads. */
export interface Call {
  readonly command: string;
  readonly stdin: string;
  /** What is sent on top once something has been printed. */
  readonly reply?: { readonly to: string; readonly stdin: string };
}

/** Exit statuses of the agent that say what to do next. */
export const Status = {
  /** Another change is open; it ends by itself. */
  Busy: 75,
  /** What is in force is not what was confirmed. */
  Drift: 77,
  /** The connection is not younger than the change. */
  Stale: 78,
  /** There is nothing to confirm, or not any more. */
  Closed: 79,
} as const;

/**
 * Begin the change to a bundle and wait until it is in force or taken back.
 *
 * The agent travels along, because a machine that has none yet needs one. Nothing runs before the
 * checksum of the whole frame is right.
 *
 * @param mode - `repair` puts right what somebody else has changed; `bracket` opens the change, and
 *   does not wait, because the Proxmox API makes a part of it from now on
 */
export function beginCall(slice: string, bundle: string, mode?: "repair" | "bracket"): Call {
  const target = targetOf(bundle);
  const payload = AGENT + bundle;
  const size = (text: string) => Buffer.byteLength(text);
  const unpack = [
    "umask 077",
    "mkdir -p /run/proxmox-router",
    "d=$(mktemp -d /run/proxmox-router/frame.XXXXXX)",
    `trap "rm -rf $d" EXIT`,
    // Some shells would leave it behind when nobody listens any more.
    `trap "exit 141" HUP PIPE TERM`,
    "read -r magic agent bundle sum",
    // Some shells would calculate whatever stands there, and with a leading 0 in octal.
    // No exclamation mark: csh takes it for its history, wherever it stands.
    'echo "$agent $bundle" | grep -q "^[1-9][0-9]* [1-9][0-9]*$" || magic=',
    `[ "$magic" = PVR1 ] || { ${CUT_SHORT}; }`,
    'head -c $((agent + bundle)) >"$d/frame"',
    `[ "$(sha256sum <"$d/frame" | cut -c1-64)" = "$sum" ] || { ${CUT_SHORT}; }`,
    'head -c "$agent" "$d/frame" >"$d/agent.sh"',
    'tail -c "$bundle" "$d/frame" >"$d/bundle"',
    `sh "$d/agent.sh" begin ${slice} ${target} "$d"${mode ? ` ${mode}` : ""}`,
  ].join("; ");
  const known = `[ -r ${INSTALLED} ] && sh ${INSTALLED} unchanged ${slice} ${target} 2>/dev/null`;
  return {
    command: shell(mode ? unpack : `${known} || { ${unpack}; }`),
    stdin: `PVR1 ${size(AGENT)} ${size(bundle)} ${sha256(payload)}\n${payload}`,
  };
}

const CUT_SHORT = 'echo "the frame was cut short" >&2; exit 65';

/** More than one packet of any size holds; a path that loses big ones lets it through neither way. */
export const PADDING = `${"0123456789abcdef".repeat(256)}\n`;

/** Keep the change; only over a connection that is younger than it, and lets big packets through. */
export const confirmCall = (slice: string, target: string): Call => ({
  ...call(`confirm ${slice} ${target}`),
  stdin: PADDING,
  reply: { to: PADDING, stdin: RECEIVED },
});

const RECEIVED = "received\n";

/** Take the open change back at once. */
export const abortCall = (slice: string): Call => call(`abort ${slice}`);

/** Ask without changing anything: `status`, `caps`, `survey` or `drift`. */
export const askCall = (question: "status" | "caps" | "survey" | "drift"): Call => call(question);

/** Ask for the status and, after an empty line, for what differs from what was confirmed. */
export const driftCall = (): Call => ({
  command: `${askCall("status").command}; echo; ${askCall("drift").command}`,
  stdin: "",
});

// The open transaction's agent knows best; without one, the machine's, or that of the last one.
const call = (words: string): Call => ({
  command: shell(`${AGENT_CALL}; agent ${words}`),
  stdin: "",
});

// One that goes away between being looked for and being run has a successor.
const AGENT_CALL = `agent() { for a in ${OPEN} ${INSTALLED} ${LAST}; do [ -r $a ] || continue; sh $a "$@"; s=$?; case $s in 2|127) [ -r $a ] || continue ;; esac; return $s; done; echo "no agent here" >&2; return 69; }`;

// Twenty times a quarter of a minute for somebody else's change to end.
const PATIENCE = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20";

/**
 * Begin to take a slice away and wait until it is gone. It runs without a program beside it, so it
 * waits for others by itself, and it can be repeated: what is gone already, or on its way, is fine.
 *
 * @param bracket - whether the Proxmox API takes a part of it away afterwards: that is not waited for
 */
export const removeCall = (slice: string, bracket = false): Call => ({
  command: shell(
    [
      // What else was on standard input is of no use here, but has to be taken.
      "cat >/dev/null",
      AGENT_CALL,
      `[ -e ${STATE}/slices/${slice}/confirmed ] || exit 0`,
      `for try in ${PATIENCE}; do said=$(agent remove ${slice} 2>&1); status=$?; [ $status = ${Status.Busy} ] || break; agent status | grep -Eq "^open ${slice} none ${bracket ? "[A-Z]+" : "APPLIED"} " && exit 0; sleep 15; done`,
      'echo "$said" >&2',
      "exit $status",
    ].join("; "),
  ),
  stdin: "",
});

/**
 * Wait until the Proxmox API has taken away what it made for a slice, or until the machine is back.
 * Over a connection of its own: the one that confirms has to be younger than what it confirms.
 */
export const awaitRemovalCall = (slice: string): Call => ({
  command: "sh -s",
  stdin: [
    AGENT_CALL,
    `while agent status | grep -Eq "^open ${slice} none (ARMED|APPLYING) "; do sleep 0.5; done`,
    "",
  ].join("\n"),
});

/**
 * Keep a slice taken away, over a connection that is younger than its removal.
 *
 * The record of the slice is gone by now, so a removal that was taken back meanwhile is begun once
 * more here, for the next run to confirm.
 *
 * @param bracket - whether the Proxmox API had a part in it; the agent asks it itself by then
 */
export const confirmRemovalCall = (slice: string, bracket = false): Call => ({
  command: "sh -s",
  stdin: [
    AGENT_CALL,
    `keep() { agent confirm ${slice} none <<END`,
    `${PADDING}${RECEIVED}END`,
    "}",
    `[ -e ${STATE}/slices/${slice}/confirmed ] || exit 0`,
    `for try in ${PATIENCE}; do`,
    // The machine's own padding has nobody to go to.
    "  said=$(keep 2>&1 >/dev/null) && exit 0",
    `  [ -e ${STATE}/slices/${slice}/confirmed ] || exit 0`,
    `  again=$(agent remove ${slice}${bracket ? " alone" : ""} 2>&1)`,
    "  status=$?",
    `  [ $status = ${Status.Busy} ] || break`,
    "  sleep 15",
    "done",
    'echo "$said" >&2',
    `[ $status != 0 ] || echo "the removal of ${slice} was begun once more: run the same command again within \${again##* } s to confirm it" >&2`,
    '[ $status = 0 ] || echo "$again" >&2',
    `exit ${Status.Closed}`,
    "",
  ].join("\n"),
});

// Whatever the login shell is, sh reads this.
const shell = (script: string) => `sh -c '${script}'`;
