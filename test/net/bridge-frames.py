"""Sends frames into ports of a bridge in a namespace of its own, and says which come out of another.

Reads JSON: an nft script, ports with the bridge's name, and frames as hexadecimal text with the port
that each is sent into. Prints for each whether it came out of the port `listen`.
"""

import ctypes
import json
import os
import select
import socket
import subprocess
import sys

CLONE_NEWNET = 0x40000000
asked = json.load(sys.stdin)
if ctypes.CDLL(None).unshare(CLONE_NEWNET) != 0:
    sys.exit("no network namespace")


def shell(script, text=None):
    subprocess.run(["sh", "-ec", script], check=True, input=text, text=True)


shell("sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1")
for bridge in {port["bridge"] for port in asked["ports"]}:
    shell(f"ip link add {bridge} type bridge mcast_snooping 0; ip link set {bridge} up")
sockets = {}
for number, port in enumerate(asked["ports"]):
    shell(
        f"ip link add {port['name']} type veth peer name far{number}; "
        f"ip link set {port['name']} master {port['bridge']} up; ip link set far{number} up"
    )
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    raw.bind((f"far{number}", 3))
    sockets[port["name"]] = raw
shell("nft -f -", asked["script"])
listener = sockets[asked["listen"]]
answers = []
for frame in asked["frames"]:
    data = bytes.fromhex(frame["hex"])
    sockets[frame["port"]].send(data)
    came = False
    while not came and select.select([listener], [], [], 0.3)[0]:
        came = listener.recv(2048) == data
    answers.append(came)
print(json.dumps(answers))
