// Needs root: runs systemd-networkd in namespaces of its own.
import { type NetworkdNetwork, renderNetwork } from "../../net/networkd-network";
import { onDebian } from "./debian";
import { NETWORKD } from "./networkd-daemon";

const bridge: NetworkdNetwork = {
  name: "virbr0",
  kept: true,
  addresses: ["10.10.0.1/24"],
  pool: {
    from: "10.10.0.20",
    to: "10.10.0.119",
    dns: ["1.1.1.1"],
    reservations: [{ mac: "02:00:00:00:01:00", address: "10.10.0.200" }],
  },
};

// What an administrator or ifupdown2 has set up: none of it is in a file of systemd-networkd.
const HOST = `${NETWORKD}
cable virbr0 02:00:00:00:01:00
ip address add 10.10.0.1/24 dev virbr0
ip address add 10.11.0.1/24 dev virbr0
ip address add fd00::1/64 dev virbr0 nodad
ip route add 10.77.0.0/24 via 10.10.0.100 dev virbr0
ip link add other type veth peer name far
ip link set other up
ip address add 192.0.2.2/24 dev other
ip route add default via 192.0.2.1
ip rule add from 10.10.0.0/24 lookup 77
state() { ip -o address show scope global; ip route; ip -6 route show proto static; ip rule; }
`;

test("a client is served on an interface that somebody else has set up", () => {
  const { output } = onDebian(`${HOST}networkd; settled virbr0; lease`, [renderNetwork(bridge)]);

  expect(output).toBe("10.10.0.200 255.255.255.0 10.10.0.1 1.1.1.1 none 3600\n");
});

test("nothing of it is changed, for not even a moment, nor anything else on the machine", () => {
  const { output } = onDebian(
    `${HOST}state >/run/before
    ip monitor address route rule >/run/seen 2>&1 & monitor=$!
    networkd; settled virbr0; sleep 1
    kill $monitor
    state >/run/after; diff /run/before /run/after && echo same
    grep ^Deleted /run/seen || echo "nothing deleted"`,
    [renderNetwork(bridge)],
  );

  expect(output).toBe("same\nnothing deleted\n");
});
