"""What Python's ipaddress says about the same networks. JSON in, JSON out; see cidr.test.ts."""

import ipaddress
import json
import sys


def numbers(networks):
    return " ".join(f"{int(x[0]):x}/{x.prefixlen}" for x in networks)


def answer(a, b, prefix, index):
    n, m = (ipaddress.ip_network(x, strict=False) for x in (a, b))
    same = n.version == m.version
    host = ipaddress.ip_address(b.split("/")[0])
    first, last = sorted([n[0], host] if same else [n[0], n[-1]])
    count = 2 ** (prefix - n.prefixlen) if n.prefixlen <= prefix <= n.max_prefixlen else 0
    nth = None
    if count:
        at = int(n[0]) + ((index % count) << (n.max_prefixlen - prefix))
        nth = str(type(n)((at, prefix)))
        assert count > 64 or nth in [str(x) for x in n.subnets(new_prefix=prefix)]
    rest = [n]
    if same and n.overlaps(m):
        rest = sorted(n.address_exclude(m)) if m.subnet_of(n) else []
    hosts = n.num_addresses
    if n.max_prefixlen - n.prefixlen > 1:
        hosts -= 2 if n.version == 4 else 1
    if hosts <= 256:
        assert len(list(n.hosts())) == hosts
    return [
        str(n),
        str(n[-1]),
        same and n.overlaps(m),
        host in n,
        str(hosts),
        str(count),
        nth,
        numbers(ipaddress.summarize_address_range(first, last)),
        numbers(ipaddress.collapse_addresses([n, m]) if same else [n]),
        numbers(rest),
    ]


json.dump([answer(*case) for case in json.load(sys.stdin)], sys.stdout)
