import { exec } from "../../lab/client";
import type { SegmentName } from "../../lab/host/segments";

// Asks for every address at once, by ARP and by neighbour solicitation, and prints whose was answered.
const ASK = `
import fcntl, ipaddress, socket, struct, sys, time
ask = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
ask.bind(("eth0", 0))
mac = fcntl.ioctl(ask, 0x8927, struct.pack("256s", b"eth0"))[18:24]
own4 = socket.inet_aton(sys.argv[1])
own6 = b"\\xfe\\x80" + bytes(6) + bytes([mac[0] ^ 2]) + mac[1:3] + b"\\xff\\xfe" + mac[3:]
def arp(target):
    head = b"\\xff" * 6 + mac + b"\\x08\\x06" + struct.pack("!HHBBH", 1, 0x800, 6, 4, 1)
    ask.send(head + mac + own4 + bytes(6) + target)
def solicit(target):
    group = socket.inet_pton(socket.AF_INET6, "ff02::1:ff00:0")[:13] + target[13:]
    body = struct.pack("!BBHI", 135, 0, 0, 0) + target + b"\\x01\\x01" + mac
    pseudo = own6 + group + struct.pack("!II", len(body), 58) + body
    total = sum(struct.unpack(f"!{len(pseudo) // 2}H", pseudo))
    total = (total & 0xffff) + (total >> 16)
    check = struct.pack("!H", ~((total & 0xffff) + (total >> 16)) & 0xffff)
    head = b"\\x33\\x33" + group[12:] + mac + b"\\x86\\xdd" + struct.pack("!IHBB", 6 << 28, len(body), 58, 255)
    ask.send(head + own6 + group + body[:2] + check + body[4:])
found = set()
def listen(seconds):
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        ask.settimeout(left)
        try:
            frame = ask.recv(2048)
        except TimeoutError:
            return
        if frame[6:12] == mac:
            continue
        if frame[12:14] == b"\\x08\\x06" and frame[21] == 2:
            found.add(ipaddress.ip_address(frame[28:32]))
        elif frame[12:14] == b"\\x86\\xdd" and frame[20] == 58 and frame[54] == 136:
            found.add(ipaddress.ip_address(frame[62:78]))
asked = [one for network in sys.argv[2:] for one in ipaddress.ip_network(network)]
for _ in range(2):
    for address in asked:
        (arp if address.version == 4 else solicit)(address.packed)
        listen(0.001)
    # A proxy takes up to 0.8 s.
    listen(1.5)
print(*sorted(found & set(asked), key=lambda one: (one.version, one)))
`;

/**
 * The addresses of networks that somebody on a client's segment answers for.
 *
 * @param own - an IPv4 address of the client there
 */
export async function answered(
  client: SegmentName,
  own: string,
  networks: readonly string[],
): Promise<string[]> {
  const argv = ["python3", "-c", ASK, own, ...networks];
  const { stdout, stderr } = await exec(client, argv, { timeoutMs: 60_000 });
  if (stderr !== "") throw new Error(stderr);
  return stdout.trim().split(" ");
}
