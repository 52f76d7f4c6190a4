"""Traffic through the machine that this runs on: a host in front of it and one behind it.

Says "linked" once both are there, lets traffic flow from the first line that it reads to the second,
and then prints as JSON what became of each flow.
"""

import ctypes
import hashlib
import json
import mmap
import os
import signal
import socket
import struct
import subprocess
import sys
import time

CLONE_NEWNET, PR_SET_PDEATHSIG = 0x40000000, 1
FORCED_RECEIVE_BUFFER = 33
libc = ctypes.CDLL(None, use_errno=True)
ROUTER, OUTSIDE, INSIDE = "203.0.113.5", "203.0.113.9", "10.10.0.200"
BURST, PAUSE = 8, 0.004
CHUNK = bytes(range(256)) * 64


def enter(place):
    if libc.setns(place, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def host(card, router, address):
    """A namespace with one card, whose other end is a card of this machine."""
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    place = os.open("/proc/self/ns/net", os.O_RDONLY)
    enter(home)
    shell(f"ip link add {card} type veth peer name far netns /proc/{os.getpid()}/fd/{place}")
    shell(f"ip address add {router}/24 dev {card}; ip link set {card} up")
    enter(place)
    shell(f"ip address add {address}/24 dev far; ip link set far up; ip route add default via {router}")
    enter(home)
    return place


def shell(script):
    subprocess.run(["sh", "-ec", script], check=True)


def child(place, work):
    """Runs work in a namespace, in a process of its own; what it returns can be read."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        os.close(reading)
        enter(place)
        try:
            said = work()
        except OSError as error:
            said = {"error": str(error)}
        os.write(writing, json.dumps(said).encode())
        os._exit(0)
    os.close(writing)
    return reading


def result(reading):
    with os.fdopen(reading) as pipe:
        return json.loads(pipe.read())


def source(address, stop):
    """Numbered datagrams of one flow, and what comes back of them."""

    def work():
        # Whoever moves to another processor may overtake himself.
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        one = datagrams("", 4000)
        one.connect(address)
        one.setblocking(False)
        number, back = 0, []
        while not stop[0]:
            for _ in range(BURST):
                one.send(struct.pack("!I", number))
                number += 1
            time.sleep(PAUSE)
            try:
                while True:
                    back.append(struct.unpack("!I", one.recv(64))[0])
            except BlockingIOError:
                pass
        one.settimeout(2)
        try:
            while len(back) < number:
                back.append(struct.unpack("!I", one.recv(64))[0])
        except TimeoutError:
            pass
        return {"sent": number, "lost": number - len(set(back)), "ordered": back == sorted(back)}

    return work


def mirror(address):
    """Sends all back, and tells where it came from; until nothing has for a while."""

    def work():
        one = datagrams(*address)
        one.settimeout(5)
        origins = set()
        try:
            while True:
                data, origin = one.recvfrom(64)
                one.sendto(data, origin)
                origins.add("%s:%s" % origin)
                one.settimeout(2)
        except TimeoutError:
            return {"origins": sorted(origins)}

    return work


def datagrams(address, port):
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.setsockopt(socket.SOL_SOCKET, FORCED_RECEIVE_BUFFER, 1 << 24)
    one.bind((address, port))
    return one


def transfer(stop):
    """One connection, as busy as it is let; returns what was sent and its checksum."""

    def work():
        one = socket.create_connection((OUTSIDE, 5000), timeout=30)
        sent, digest = 0, hashlib.sha256()
        while not stop[0]:
            data = struct.pack("!Q", sent) + CHUNK
            one.sendall(data)
            digest.update(data)
            sent += len(data)
            time.sleep(PAUSE)
        one.shutdown(socket.SHUT_WR)
        return [sent, digest.hexdigest(), one.recv(1) == b""]

    return work


def collect():
    listener = socket.create_server((OUTSIDE, 5000))
    one, _ = listener.accept()
    got, digest = 0, hashlib.sha256()
    while data := one.recv(1 << 16):
        got += len(data)
        digest.update(data)
    return [got, digest.hexdigest(), True]


def main():
    inside = host("lan", "10.10.0.1", INSIDE)
    outside = host("wan", ROUTER, OUTSIDE)
    print("linked", flush=True)
    sys.stdin.readline()
    stop = mmap.mmap(-1, 1)
    flows = {
        "out": (child(outside, mirror((OUTSIDE, 4001))), inside, (OUTSIDE, 4001)),
        "in": (child(inside, mirror((INSIDE, 4002))), outside, (ROUTER, 4002)),
    }
    collected = child(outside, collect)
    time.sleep(0.5)
    sent = {name: child(at, source(to, stop)) for name, (_, at, to) in flows.items()}
    given = child(inside, transfer(stop))
    time.sleep(0.5)
    print("flowing", flush=True)
    sys.stdin.readline()
    stop[0] = 1
    answer = {name: result(sent[name]) | result(flows[name][0]) for name in flows}
    print(json.dumps({**answer, "transfer": [result(given), result(collected)]}), flush=True)
    sys.stdin.read()


main()
