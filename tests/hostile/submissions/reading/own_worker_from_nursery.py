"""Asks the nursery, as the grader does, for a worker that may read everything."""

from __future__ import annotations

from base import DONE, HONEST_HALF, HUNT, completed

ABOUT = "asks the nursery's socket for an unconfined worker"

CHECK = completed

CELLS = [
    HONEST_HALF,
    HUNT,
    f'''
import json
import socket

request = {{"libraries": [], "allowed": [], "engine": "shell", "confinement": {{
    "level": "C", "folder": "/", "readable": ["/"], "memory_mb": 512, "processes": 9}}}}
for place in ("@NURSERY@/socket", "@NURSERY@/boxes/../socket", "/proc/self/root@NURSERY@/socket"):
    try:
        nursery = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        nursery.connect(place)
        ours, theirs = socket.socketpair()
        reader, writer = os.pipe()
        reply, reply_to = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        socket.send_fds(nursery, [json.dumps(request).encode()],
                        [theirs.fileno(), writer, reply_to.fileno()])
        succeed("nursery", place)
    except OSError as error:
        print(place, error)
print("{DONE}")
''',
]
