// Needs root: asks the real tools in namespaces of its own.
import { renderHaproxy, type TcpProxies, type TcpProxy } from "../../net/haproxy";
import { haproxyIssues } from "../../net/haproxy-issues";
import { onDebian } from "./debian";
import { goldenCases } from "./golden-files";

const CONFIG = "/etc/proxmox-router/haproxy.cfg";
const cases = goldenCases<TcpProxies>("haproxy");

// Its package would make the user.
const USER = `cp /etc/passwd /etc/group /run
echo 'haproxy:x:65533:65533::/:/bin/false' >>/run/passwd
echo 'haproxy:x:65533:' >>/run/group
mount --bind /run/passwd /etc/passwd
mount --bind /run/group /etc/group
`;

test.each(cases)("haproxy: $name is rendered as reviewed", ({ input, text }) => {
  expect(haproxyIssues("haproxy", input)).toEqual([]);
  expect(renderHaproxy(input)).toBe(text);
});

test.each(cases)("haproxy accepts $name", ({ text }) => {
  const { status, output } = onDebian(`${USER}haproxy -c -f ${CONFIG}`, [{ path: CONFIG, text }]);

  expect({ status, complaints: output.match(/^\[(WARNING|ALERT|NOTICE)\].*$/gm) }).toEqual({
    status: 0,
    complaints: null,
  });
});

const EXCHANGE = `
import socket
guest = socket.create_server(("10.0.0.100", 8080))
guest.settimeout(5)
client = socket.create_connection(("fd00:1::1", 80), 5, ("fd00:1::99", 0))
client.sendall(b"hello")
client.close()
connection, _ = guest.accept()
received = b""
while data := connection.recv(4096):
    received += data
print(received.hex())
`;

test("a client of the IPv6 address reaches an IPv4 guest, which is told who asks", () => {
  const text = renderHaproxy({
    proxies: [
      {
        name: "web",
        address: "fd00:1::1",
        port: 80,
        target: "10.0.0.100",
        targetPort: 8080,
        proxyProtocol: true,
      },
    ],
  });
  const { output } = onDebian(
    `${USER}ip address add fd00:1::1/128 dev lo
    ip address add fd00:1::99/128 dev lo
    ip address add 10.0.0.100/32 dev lo
    haproxy -D -f ${CONFIG}
    /usr/bin/python3 -c '${EXCHANGE}'`,
    [{ path: CONFIG, text }],
  );

  const signature = "0d0a0d0a000d0a515549540a";
  const proxied = "21"; // version 2, on behalf of somebody
  const tcpOverIpv6 = "21";
  const client = "fd000001000000000000000000000099";
  expect(output).toContain(`${signature}${proxied}${tcpOverIpv6}0024${client}`);
  expect(output).toContain(Buffer.from("hello").toString("hex"));
});

const web: TcpProxy = { name: "web", address: "203.0.113.5", port: 80, target: "192.168.0.100" };

test.each<[string, Partial<TcpProxies>, string[]]>([
  [
    "a port that is taken twice, in two spellings of the address",
    {
      proxies: [
        { ...web, address: "fd00::5" },
        { ...web, name: "web2", address: "FD00:0::5" },
      ],
    },
    [
      "it.proxies[1].port: fd00::5 port 80 is already taken by it.proxies[0]; expected a port of its own",
    ],
  ],
  [
    "a name that is taken twice, and one of haproxy's syntax",
    { proxies: [web, { ...web, port: 81 }, { ...web, port: 82, name: "a\n  bind :22" }] },
    [
      'it.proxies[2].name: got "a\\n  bind :22", which holds the unprintable character U+000A; expected ^[a-z][a-z0-9-]{0,11}$',
      'it.proxies[1].name: "web" is the same as it.proxies[0].name "web"; expected another name',
    ],
  ],
  [
    "addresses of nobody, by name or with a port",
    {
      proxies: [
        { ...web, address: "0.0.0.0", target: "localhost" },
        { ...web, name: "b", port: 81, address: "*", target: "10.0.0.1:25" },
      ],
    },
    [
      'it.proxies[0].address: got "0.0.0.0", an address of no host; expected one that a host can have',
      'it.proxies[0].target: got "localhost"; expected an IP address, not a name',
      'it.proxies[1].address: got "*"; expected an address such as 10.0.0.1',
      'it.proxies[1].target: got "10.0.0.1:25"; expected an address such as 10.0.0.1',
    ],
  ],
  [
    "a management port",
    { proxies: [{ ...web, port: 8006 }] },
    ["it.proxies[0].port: would capture management port 8006; expected another port"],
  ],
  [
    "itself as target",
    { proxies: [{ ...web, target: "203.0.113.5" }] },
    ["it.proxies[0].target: the proxy itself; expected the address of another machine"],
  ],
  [
    "ports and limits out of range",
    {
      proxies: [{ ...web, port: 0, targetPort: 65536 }],
      maxConnections: 0,
      connectTimeout: 0.5,
      idleTimeout: 1e9,
    },
    [
      "it.proxies[0].port: got 0; expected an integer from 1 to 65535",
      "it.proxies[0].targetPort: got 65536; expected an integer from 1 to 65535",
      "it.maxConnections: got 0; expected an integer from 1 to 1000000",
      "it.connectTimeout: got 0.5; expected an integer from 1 to 86400 seconds",
      "it.idleTimeout: got 1000000000; expected an integer from 1 to 86400 seconds",
    ],
  ],
])("haproxy with %s is refused", (_, change, issues) => {
  expect(haproxyIssues("it", { proxies: [web], ...change })).toEqual(issues);
});
