import { type Issues, issue, quote } from "./issues";
import { interfaceNameIssues } from "./names";

/** How systemd names what has a radio. */
const WIRELESS = /^wl/;

/** Every reason why devices of a host can not be the ports of a bridge. */
export const bridgePortIssues = (path: string, ports: readonly string[]): Issues =>
  ports.flatMap((port, i) => {
    const issues = interfaceNameIssues(`${path}[${i}]`, port);
    if (issues.length > 0) return issues;
    if (ports.indexOf(port) < i)
      return issue(`${path}[${i}]`, `${quote(port)} is declared twice`, "it once");
    return WIRELESS.test(port)
      ? issue(`${path}[${i}]`, `${quote(port)} is wireless`, "a cable's card; a radio is routed to")
      : [];
  });
