"""A DHCPv6 client (RFC 8415): asks on a card for an address, takes it and prints it with its lifetime."""

import fcntl
import os
import socket
import struct
import sys
import time

card = sys.argv[1]
SIOCGIFHWADDR = 0x8927
SOLICIT, ADVERTISE, REQUEST, REPLY = 1, 2, 3, 7
CLIENT, SERVER, IA_NA, IA_ADDRESS = 1, 2, 3, 5


def option(kind, value):
    return struct.pack("!HH", kind, len(value)) + value


def options(data):
    found = {}
    while len(data) >= 4:
        kind, size = struct.unpack("!HH", data[:4])
        found[kind] = data[4 : 4 + size]
        data = data[4 + size :]
    return found


def ask(kind, wanted, extra):
    """Sends a message each second until one of the wanted kind answers it."""
    transaction = os.urandom(3)
    whole = bytes([kind]) + transaction + option(CLIENT, struct.pack("!HH", 3, 1) + mac) + extra
    for _ in range(10):
        try:
            one.sendto(whole, ("ff02::1:2", 547, 0, scope))
        except OSError:
            pass  # The card's own address is still being tried out.
        end = time.monotonic() + 1
        while (left := end - time.monotonic()) > 0:
            one.settimeout(left)
            try:
                said = one.recv(2048)
            except TimeoutError:
                break
            if said[0] == wanted and said[1:4] == transaction:
                return options(said[4:])
    sys.exit(f"nobody answers on {card}")


scope = socket.if_nametoindex(card)
one = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
one.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, card.encode())
one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
one.bind(("::", 546))
mac = fcntl.ioctl(one, SIOCGIFHWADDR, struct.pack("256s", card.encode()))[18:24]
association = struct.pack("!III", 1, 0, 0)
offer = ask(SOLICIT, ADVERTISE, option(IA_NA, association))
lease = ask(REQUEST, REPLY, option(SERVER, offer[SERVER]) + option(IA_NA, offer[IA_NA]))
given = options(lease[IA_NA][12:]).get(IA_ADDRESS)
if not given:
    sys.exit("no address")
print(socket.inet_ntop(socket.AF_INET6, given[:16]), struct.unpack("!I", given[20:24])[0])
