import { parseAddress } from "./cidr";
import { got, type Issues, issue, quote } from "./issues";

const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;
const LABEL_LIMIT = 63;
const NAME_LIMIT = 253;

/** Every reason why a value is not a fully spelled DNS name (RFC 1123, RFC 5891). */
export function dnsNameIssues(path: string, value: unknown): Issues {
  const reason = typeof value === "string" ? dnsNameReason(value) : undefined;
  if (typeof value !== "string") return issue(path, got(value), EXPECTED);
  return reason ? issue(path, ...reason) : [];
}

/** Every reason why a value is not one label, as a machine is called within its domain. */
export function hostLabelIssues(path: string, value: unknown): Issues {
  return typeof value === "string" && value.includes(".") && !dnsNameReason(value)
    ? issue(path, got(value), "a host name without its domain")
    : dnsNameIssues(path, value);
}

/** Every reason why a value can not be the server that SSH is told to reach. */
export function sshHostIssues(path: string, value: unknown): Issues {
  const sound =
    typeof value === "string" &&
    value !== "" &&
    (parseAddress(value) !== undefined || !dnsNameReason(value));
  return sound
    ? []
    : issue(path, got(value), "an IP address or a DNS name, without user, port or options");
}

const EXPECTED = "a DNS name in lower case such as web.example.net";

type Reason = readonly [fact: string, expected: string];

function dnsNameReason(text: string): Reason | undefined {
  if (text.length > NAME_LIMIT) {
    return [`got ${text.length} characters`, `at most ${NAME_LIMIT}`];
  }
  if (/[^\x20-\x7e]/.test(text)) {
    const ascii = punycode(text);
    return [got(text), ascii ? `its ASCII form ${quote(ascii)}` : EXPECTED];
  }
  const lower = text.toLowerCase();
  if (text !== lower) return [got(text), dnsNameReason(lower) ? EXPECTED : quote(lower)];
  if (text.endsWith(".")) return [got(text), "the name without its final dot"];
  const labels = text.split(".");
  const long = labels.find((label) => label.length > LABEL_LIMIT);
  if (long) return [`a label of ${long.length} characters`, `at most ${LABEL_LIMIT} each`];
  if (labels.at(-1) === "localhost") return [got(text), "a name that leads elsewhere"];
  return labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1) ?? "")
    ? undefined
    : [got(text), EXPECTED];
}

// What a browser makes of the name (UTS 46); only a name that survives it can be proposed.
function punycode(text: string): string | undefined {
  // Everything else a browser would drop, or take for the end of the name.
  if (!/^[\p{L}\p{M}\p{N}.-]+$/u.test(text)) return undefined;
  try {
    const { hostname } = new URL(`http://${text}/`);
    return !/[^\x20-\x7e]/.test(hostname) && dnsNameReason(hostname) === undefined
      ? hostname
      : undefined;
  } catch {
    return undefined;
  }
}
