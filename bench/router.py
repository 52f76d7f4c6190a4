"""A client, a router and a server in namespaces of their own: real connections through real rules.

Speaks JSON, one line a request and one line an answer; see router.ts for the other side.
"""

import ctypes
import json
import os
import random
import socket
import struct
import subprocess
import sys
import time

CLONE_NEWNET = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
SERVER = ("10.10.0.200", 80)
ROUTER = "203.0.113.5"


def enter(namespace):
    if libc.setns(namespace, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def namespace():
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    return os.open("/proc/self/ns/net", os.O_RDONLY)


def shell(script):
    subprocess.run(["sh", "-ec", script], check=True)


def child(place, work):
    """Runs work in a namespace, in a process of its own; what it returns can be read."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        enter(place)
        os.write(writing, json.dumps(work()).encode())
        os._exit(0)
    os.close(writing)
    return pid, reading


def result(pid, reading):
    with os.fdopen(reading) as pipe:
        answer = json.loads(pipe.read())
    os.waitpid(pid, 0)
    return answer


class Network:
    def __init__(self):
        self.client = namespace()
        self.server = namespace()
        self.router = namespace()
        self.serving = None
        shell(
            f"""
            ip link add wan type veth peer name far netns /proc/{os.getpid()}/fd/{self.client}
            ip link add lan type veth peer name far netns /proc/{os.getpid()}/fd/{self.server}
            ip address add {ROUTER}/24 dev wan; ip address add 10.10.0.1/24 dev lan
            ip link set wan up; ip link set lan up; ip link set lo up
            sysctl -qw net.ipv4.ip_forward=1
            """
        )
        enter(self.client)
        shell("ip address add 203.0.113.9/24 dev far; ip link set far up")
        shell("sysctl -qw net.ipv4.ip_local_port_range='1024 65000'")
        enter(self.server)
        shell("ip address add 10.10.0.200/24 dev far; ip link set far up; ip route add default via 10.10.0.1")
        enter(self.router)
        self.serve()

    def serve(self):
        pid = os.fork()
        if pid == 0:
            enter(self.server)
            listener = socket.socket()
            listener.bind(SERVER)
            listener.listen(4096)
            while True:
                listener.accept()[0].close()
        self.serving = pid

    def connect(self, first, count, seconds):
        """Connects to random forwards, one after the other, and counts."""

        def work():
            ports = [random.randrange(first, first + count) for _ in range(4096)]
            linger = struct.pack("ii", 1, 0)
            done = 0
            start = time.monotonic()
            while time.monotonic() - start < seconds:
                for _ in range(32):
                    one = socket.socket()
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                    one.settimeout(3)
                    one.connect((ROUTER, ports[done & 4095]))
                    one.close()
                    done += 1
            return done / (time.monotonic() - start)

        return result(*child(self.client, work))

    def stream(self, port, file, reloads):
        """Numbered datagrams of one flow, while the ruleset is replaced again and again."""
        stop_reading, stop_writing = os.pipe()

        def receive():
            os.close(stop_writing)
            sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            sink.bind((SERVER[0], SERVER[1]))
            sink.settimeout(1.5)
            numbers = []
            try:
                while True:
                    numbers.append(struct.unpack("!I", sink.recv(64))[0])
            except TimeoutError:
                return {"received": len(numbers), "ordered": numbers == sorted(set(numbers))}

        def send():
            os.close(stop_writing)
            os.set_blocking(stop_reading, False)
            source = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            source.connect((ROUTER, port))
            number = 0
            while True:
                source.send(struct.pack("!I", number))
                number += 1
                if number % 16 == 0:
                    time.sleep(0.002)
                    try:
                        if os.read(stop_reading, 1) == b"":
                            return number
                    except BlockingIOError:
                        pass

        receiver = child(self.server, receive)
        time.sleep(0.3)
        sender = child(self.client, send)
        os.close(stop_reading)
        times = []
        for _ in range(reloads):
            time.sleep(0.1)
            start = time.monotonic()
            subprocess.run(["nft", "-f", file], check=True)
            times.append(time.monotonic() - start)
        os.close(stop_writing)
        sent = result(*sender)
        return {"sent": sent, **result(*receiver), "reload": sorted(times)[len(times) // 2]}

    def close(self):
        os.kill(self.serving, 9)
        os.waitpid(self.serving, 0)


def main():
    network = Network()
    for line in sys.stdin:
        request = json.loads(line)
        if "shell" in request:
            done = subprocess.run(["sh", "-ec", request["shell"]], capture_output=True, text=True)
            answer = {"status": done.returncode, "stderr": done.stderr[:2000]}
        elif "connect" in request:
            answer = network.connect(**request["connect"])
        else:
            answer = network.stream(**request["stream"])
        print(json.dumps(answer), flush=True)
    network.close()


main()
