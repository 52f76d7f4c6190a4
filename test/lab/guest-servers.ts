import { type ChildProcess, spawn } from "node:child_process";
import { exec, tcp } from "../../lab/client";
import { inNetns } from "../../lab/host/netns";
import { netnsOf, type SegmentName } from "../../lab/host/segments";

const MINUTE = 60_000;

// Says who it is and who asked.
const SERVE = `
import socket, sys, threading
name, port = sys.argv[1], int(sys.argv[2])
server = socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64)
print("ready", flush=True)
while True:
    peer, address = server.accept()
    peer.sendall(f"{name}:{port} for {address[0].removeprefix('::ffff:')}".encode())
    peer.close()
`;

// The same by what the PROXY protocol, version 2, tells of a connection over IPv6, before anything else.
const SERVE_PROXIED = `
import ipaddress, socket, sys
name, port = sys.argv[1], int(sys.argv[2])
server = socket.create_server(("0.0.0.0", port), backlog=64)
print("ready", flush=True)
while True:
    peer, address = server.accept()
    head = peer.recv(52, socket.MSG_WAITALL)
    proxied = head[:14] == b"\\r\\n\\r\\n\\0\\r\\nQUIT\\n\\x21\\x21"
    client = ipaddress.ip_address(head[16:32]) if proxied else "nobody"
    peer.sendall(f"{name}:{port} for {client} by {address[0]}".encode())
    peer.close()
`;

// Prints the TCP ports of an address that let somebody in: those that answer one of two SYNs. What
// answers is told off by the kernel, which knows of no connection.
const SCAN = `
import socket, struct, sys, time
host, port, found = sys.argv[1], 20000, set()
family = socket.AF_INET6 if ":" in host else socket.AF_INET
with socket.socket(family, socket.SOCK_DGRAM) as way:
    way.connect((host, 9))
    own = way.getsockname()[0]
raw = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_TCP)
raw.setsockopt(socket.SOL_SOCKET, 33, 64 << 20)
raw.setblocking(False)
ends = b"".join(socket.inet_pton(family, one) for one in (own, host))
words = lambda data: sum(struct.unpack(f"!{len(data) // 2}H", data))
def syn(to):
    head = struct.pack("!HHIIHHHH", port, to, 1, 0, 0x5002, 64240, 0, 0)
    total = words(ends) + words(head) + socket.IPPROTO_TCP + len(head)
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return head[:16] + struct.pack("!H", ~total & 0xffff) + head[18:]
def hear():
    while True:
        try:
            data, peer = raw.recvfrom(256)
        except BlockingIOError:
            return
        head = data if family == socket.AF_INET6 else data[(data[0] & 15) * 4:]
        source, to = struct.unpack("!HH", head[:4])
        if (peer[0], to, head[13]) == (host, port, 0x12):
            found.add(source)
for _ in range(2):
    for to in range(1, 65536):
        while True:
            try:
                raw.sendto(syn(to), (host, 0))
                break
            except BlockingIOError:
                time.sleep(0.001)
        if to % 64 == 0:
            hear()
    time.sleep(1)
    hear()
print(*sorted(found))
`;

/** What answers on one port of a guest. */
export type Server = Pick<ChildProcess, "kill">;

/** Have a guest answer on a port, in both families. */
export const serve = (client: SegmentName, port: number): Promise<Server> =>
  start(SERVE, client, port);

/** Have a guest answer on a port behind a proxy that tells it who asks. */
export const serveProxied = (client: SegmentName, port: number): Promise<Server> =>
  start(SERVE_PROXIED, client, port);

function start(program: string, client: SegmentName, port: number): Promise<Server> {
  const [command = "", ...args] = inNetns(netnsOf(client), [
    "python3",
    "-c",
    program,
    client,
    `${port}`,
  ]);
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((done, failed) => {
    child.once("error", failed);
    child.stdout.once("data", () => done(child));
  });
}

/** What a client is answered at a port, before it has said anything. */
export const says = async (client: SegmentName, address: string, port: number): Promise<string> =>
  (await tcp(client, address, port)).text;

/** The TCP ports of an address that let a client in, of all there are. */
export async function scan(client: SegmentName, address: string): Promise<string> {
  const argv = ["python3", "-c", SCAN, address];
  const { stdout } = await exec(client, argv, { timeoutMs: 2 * MINUTE });
  return stdout.trim();
}
