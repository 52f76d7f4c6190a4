"""Sends real packets through a router in namespaces of its own, and says what became of each.

Speaks JSON, one line a request and one line an answer; see segments.ts for the other side.
"""

import ctypes
import json
import os
import select
import socket
import struct
import subprocess
import sys

CLONE_NEWNET = 0x40000000
ETH_P_ALL = 3
libc = ctypes.CDLL(None, use_errno=True)


def checked(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def shell(script):
    subprocess.run(["sh", "-ec", script], check=True)


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def build(packet, payload):
    """One Ethernet frame: UDP, a TCP segment or an echo request, of either family."""
    v6 = ":" in packet["source"]
    family = socket.AF_INET6 if v6 else socket.AF_INET
    source = socket.inet_pton(family, packet["source"])
    destination = socket.inet_pton(family, packet["destination"])
    kind = packet["protocol"]
    number = {"tcp": 6, "udp": 17, "icmp": 58 if v6 else 1}[kind]
    if "icmp" in packet:
        head, payload, at = bytes.fromhex(packet["icmp"]), b"", 2
    elif kind == "udp":
        head = struct.pack("!HHHH", packet["sport"], packet["port"], 8 + len(payload), 0)
        at = 6
    elif kind == "tcp":
        flags = packet.get("flags", 2)
        head = struct.pack(
            "!HHIIBBHHH",
            packet["sport"], packet["port"], packet.get("seq", 1), packet.get("ack", 0),
            5 << 4, flags, 64240, 0, 0,
        )
        at = 16
    else:
        head = struct.pack("!BBHHH", 128 if v6 else 8, 0, 0, packet["sport"], 1)
        at = 2
    body = head + payload
    pseudo = b""
    if v6:
        pseudo = source + destination + struct.pack("!II", len(body), number)
    elif kind != "icmp":
        pseudo = source + destination + struct.pack("!BBH", 0, number, len(body))
    body = body[:at] + struct.pack("!H", checksum(pseudo + body) or 0xFFFF) + body[at + 2 :]
    if v6:
        ip = struct.pack("!IHBB", 6 << 28, len(body), number, packet.get("ttl", 64)) + source + destination
    else:
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(body), 0, 0, 64, number, 0, source, destination)
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    ethertype = 0x86DD if v6 else 0x0800
    return mac(packet["to"]) + mac(packet["mac"]) + struct.pack("!H", ethertype) + ip + body


def read(frame):
    """What a frame says: addresses, protocol, ports, payload; an error's embedded packet too."""
    ethertype = struct.unpack("!H", frame[12:14])[0]
    return read_ip(frame[14:], ethertype == 0x86DD) if ethertype in (0x0800, 0x86DD) else None


def read_ip(ip, v6):
    if v6:
        number, rest = ip[6], ip[40:]
        source, destination = ip[8:24], ip[24:40]
    else:
        number, rest = ip[9], ip[(ip[0] & 15) * 4 :]
        source, destination = ip[12:16], ip[16:20]
    family = socket.AF_INET6 if v6 else socket.AF_INET
    seen = {
        "source": socket.inet_ntop(family, source),
        "destination": socket.inet_ntop(family, destination),
    }
    if number in (6, 17) and len(rest) >= 8:
        seen["protocol"] = "tcp" if number == 6 else "udp"
        seen["sport"], seen["port"] = struct.unpack("!HH", rest[:4])
        if number == 6 and len(rest) >= 20:
            seen["flags"] = rest[13]
            seen["seq"], seen["ack"] = struct.unpack("!II", rest[4:12])
        seen["payload"] = rest[8:] if number == 17 else rest[(rest[12] >> 4) * 4 :] if len(rest) > 12 else b""
    elif number in (1, 58) and len(rest) >= 8:
        seen["protocol"] = "icmp"
        seen["type"] = rest[0]
        if rest[0] in (8, 128, 0, 129):
            seen["sport"] = struct.unpack("!H", rest[4:6])[0]
            seen["payload"] = rest[8:]
        elif rest[0] in ((1, 2, 3, 4) if v6 else (3, 11, 12)):
            seen["code"] = rest[1]
            seen["about"] = read_ip(rest[8:], v6)
    else:
        return None
    return seen


class Wire:
    """A router in this process's namespace, and for each of its links one host's namespace."""

    def __init__(self, links):
        self.sockets = {}
        self.own = {}
        checked(libc.unshare(CLONE_NEWNET))
        router = os.open("/proc/self/ns/net", os.O_RDONLY)
        for link in links:
            checked(libc.unshare(CLONE_NEWNET))
            here = os.open("/proc/self/ns/net", os.O_RDONLY)
            shell("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1")
            checked(libc.setns(router, CLONE_NEWNET))
            shell(
                f"ip link add {link['name']} address {link['mac']} type veth peer name far "
                f"address {link['peer']} netns /proc/{os.getpid()}/fd/{here}"
            )
            checked(libc.setns(here, CLONE_NEWNET))
            shell("ip link set far up")
            raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
            raw.bind(("far", ETH_P_ALL))
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            raw.setblocking(False)
            self.sockets[link["name"]] = raw
            checked(libc.setns(router, CLONE_NEWNET))
        for family in (socket.AF_INET, socket.AF_INET6):
            self.own[family] = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW)

    def begin(self, packet, payload):
        """Sends what the router itself begins; a refusal is an error of sending."""
        ip = build({**packet, "mac": "00:00:00:00:00:00", "to": "00:00:00:00:00:00"}, payload)[14:]
        family = socket.AF_INET6 if ":" in packet["source"] else socket.AF_INET
        try:
            self.own[family].sendto(ip, (packet["destination"], 0))
        except PermissionError:
            pass

    def send(self, packets):
        for packet in packets:
            payload = struct.pack("!I", packet["id"]) + b"proxmox-router"
            if "in" in packet:
                self.sockets[packet["in"]].send(build(packet, payload))
            else:
                self.begin(packet, payload)
        return self.collect()

    def collect(self):
        """Everything that came out of the router, until nothing has for a while."""
        seen = []
        quiet = 0
        while quiet < 3:
            ready, _, _ = select.select(list(self.sockets.values()), [], [], 0.01)
            quiet = 0 if ready else quiet + 1
            for name, raw in self.sockets.items():
                if raw not in ready:
                    continue
                while True:
                    try:
                        frame, (_, _, kind, _, _) = raw.recvfrom(4096)
                    except BlockingIOError:
                        break
                    if kind == socket.PACKET_OUTGOING:
                        continue
                    one = read(frame)
                    if one:
                        seen.append({"on": name, **one})
        return seen


def plain(one):
    payload = one.pop("payload", b"")
    if len(payload) >= 4 and payload[4:] == b"proxmox-router":
        one["id"] = struct.unpack("!I", payload[:4])[0]
    if one.get("about"):
        plain(one["about"])
    return one


def main():
    wire = None
    for line in sys.stdin:
        request = json.loads(line)
        if "links" in request:
            wire = Wire(request["links"])
            answer = {}
        elif "shell" in request:
            done = subprocess.run(
                ["sh", "-ec", request["shell"]], input=request.get("stdin", ""),
                capture_output=True, text=True,
            )
            answer = {"status": done.returncode, "stdout": done.stdout, "stderr": done.stderr}
        else:
            answer = {"seen": [plain(one) for one in wire.send(request["send"])]}
        print(json.dumps(answer), flush=True)


main()
