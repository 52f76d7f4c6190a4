"""Advertises its host as an IPv6 router, once: card, lifetime in seconds."""

import socket
import struct
import sys

card, lifetime = sys.argv[1], int(sys.argv[2])
one = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
message = struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, lifetime, 0, 0)
one.sendto(message, ("ff02::1", 0, 0, socket.if_nametoindex(card)))
