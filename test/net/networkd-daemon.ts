import { DHCP_CLIENT } from "./dhcp-client";

/**
 * Shell functions for `onDebian`, those of `DHCP_CLIENT` included: systemd-networkd itself, because
 * systemd-analyze knows units only.
 *
 * `networkd` starts it; `settled NAME` waits until interface NAME is configured; `complaints` prints
 * what it has to say about our files.
 */
export const NETWORKD = `${DHCP_CLIENT}
networkd() {
  SYSTEMD_LOG_LEVEL=debug /lib/systemd/systemd-networkd >/run/log 2>&1 &
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    sleep 0.2
    grep -q 'Enumeration completed' /run/log && return
  done
  cat /run/log
}
settled() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    grep -q "^$1: State changed: configuring -> configured" /run/log && return
    sleep 0.2
  done
  cat /run/log
}
complaints() {
  grep '^/etc/systemd/network/' /run/log | grep -v ': Successfully loaded.$' || true
}
`;
