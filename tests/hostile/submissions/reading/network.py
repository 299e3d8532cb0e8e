"""Reaches for the network, and for sockets of others."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "connects to addresses, abstract sockets and socket files"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    f'''
import socket


def attempt(*family, to, text=b"hello"):
    try:
        with socket.socket(*family) as one:
            one.settimeout(0.2)
            one.connect(to)
            one.send(text)
            succeed("network", to)
    except (OSError, ValueError, OverflowError) as error:
        print(to, error)


stream, datagram = socket.SOCK_STREAM, socket.SOCK_DGRAM
for port in (22, 53, 80, 111, 443, 2375, 5432, 8888):
    attempt(socket.AF_INET, stream, to=("127.0.0.1", port))
attempt(socket.AF_INET, datagram, to=("8.8.8.8", 53))
attempt(socket.AF_INET, stream, to=("169.254.169.254", 80))
attempt(socket.AF_INET6, datagram, to=("2001:4860:4860::8888", 53))
for kind in (stream, datagram, socket.SOCK_SEQPACKET):
    for path in ("/var/run/docker.sock", "/run/dbus/system_bus_socket", "/dev/log",
                 "/run/systemd/journal/socket", "@NURSERY@/socket", "\\0nursery", "\\0grader"):
        attempt(socket.AF_UNIX, kind, to=path)
    try:
        for line in open("/proc/net/unix").read().splitlines()[1:]:
            place = line.split()[-1]
            if place.startswith("@"):
                attempt(socket.AF_UNIX, kind, to="\\0" + place[1:])
    except OSError:
        pass
for family in (16, 17, 40, 38):  # netlink, packet, vsock, the kernel's ciphers
    try:
        socket.socket(family, socket.SOCK_RAW if family < 38 else stream).close()
        print("a socket of family", family)
    except OSError as error:
        print(family, error)
print("{DONE}")
''',
]
