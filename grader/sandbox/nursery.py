"""Keeps warm zygotes, one per set of libraries, and passes requests for workers on to them.

The nursery is a process of its own, because the processes that grade share it. It holds the
reading end of a pipe of its owner's: when the owner is gone, however it ended, the nursery ends
every worker and removes every file and control group that was made. An owner that is not killed
says farewell, and removes its own temporary folder itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

from grader.sandbox.cgroup import cgroup_trees, remove_cgroups
from grader.sandbox.environment import environment, place_font_cache
from grader.sandbox.launch import launch
from grader.sandbox.payload import write_payload
from grader.sandbox.readable import Readable, readable
from grader.sandbox.removal import remove_folder
from grader.sandbox.root import PAYLOAD
from grader.worker.confinement.child import BOX
from grader.worker.datagrams import MAX_DESCRIPTORS, MESSAGE_BYTES

__all__ = ["main"]

_READY_SECONDS = 120.0
# Nobody's: no file belongs to this user, and no other program runs as it.
_ZYGOTE_USER = 60999


class _Nursery:
    def __init__(self, level: str, owners_folder: str, growth_mb: float) -> None:
        self._level = level
        self._growth_mb = growth_mb
        self._owners_folder = Path(owners_folder)
        self._orphaned = False
        self._folder = Path(tempfile.mkdtemp(prefix="grader-"))
        self._folder.chmod(0o711)
        for name in ("home", "scratch", "boxes"):
            (self._folder / name).mkdir()
        (self._folder / "boxes").chmod(0o711)
        place_font_cache(self._folder / "home")
        write_payload(self._folder / "payload")
        self._groups = f"grader-{os.getpid()}"
        self._zygotes: dict[str, socket.socket] = {}
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._listener.bind(str(self._folder / "socket"))
        self._listener.listen(64)

    def run(self, first: list[list[str]] | None) -> None:
        """Serve until the owner is gone.

        Args:
            first: libraries and import rule of the zygote that the first worker will need.
        """
        told = {"folder": str(self._folder), "groups": self._groups}
        print(json.dumps(told), flush=True)
        if first:  # if this fails, the first worker is told
            with contextlib.suppress(OSError, RuntimeError):
                key = json.dumps(first)
                self._zygotes[key] = self._start_zygote(*first)
        owner = sys.stdin.fileno()
        clients: dict[int, socket.socket] = {}
        while True:
            waiting = [owner, self._listener.fileno(), *clients]
            for descriptor in select.select(waiting, [], [])[0]:
                if descriptor == owner:
                    self._orphaned = not os.read(owner, 1)
                    return
                if descriptor == self._listener.fileno():
                    client, _ = self._listener.accept()
                    clients[client.fileno()] = client
                elif not self._serve(clients[descriptor]):
                    clients.pop(descriptor).close()

    def close(self) -> None:
        """End every zygote, and with it its workers, and remove what is left."""
        for control in self._zygotes.values():
            control.close()
        with contextlib.suppress(ChildProcessError):
            for child in _children():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            while True:
                os.waitpid(-1, 0)
        if self._level == "A":
            remove_cgroups([tree / self._groups for tree in cgroup_trees()])
        remove_folder(self._folder)
        if self._orphaned:
            # What Python's multiprocessing has put there, nobody else will remove.
            remove_folder(self._owners_folder)

    def _serve(self, client: socket.socket) -> bool:
        message, descriptors, _, _ = socket.recv_fds(
            client, MESSAGE_BYTES, MAX_DESCRIPTORS, socket.MSG_CMSG_CLOEXEC
        )
        if not message:
            return False
        request = json.loads(message)
        key = json.dumps([request.pop("libraries"), request.pop("allowed")])
        try:
            self._pass_on(key, request, descriptors)
        except (OSError, RuntimeError) as error:
            with (
                contextlib.suppress(OSError),  # who asked may have died
                socket.socket(fileno=os.dup(descriptors[-1])) as reply,
            ):
                reply.send(json.dumps({"error": str(error)}).encode())
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        return True

    def _pass_on(self, key: str, request: dict[str, Any], descriptors: list[int]) -> None:
        """Send a request to its zygote; one that has died or retired is replaced."""
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        text = json.dumps(request).encode()
        zygote = self._zygotes.get(key)
        if zygote is not None:
            with contextlib.suppress(OSError):
                socket.send_fds(zygote, [text], descriptors)
                return
            self._zygotes.pop(key).close()
        self._zygotes[key] = self._start_zygote(*json.loads(key))
        socket.send_fds(self._zygotes[key], [text], descriptors)

    def _start_zygote(self, libraries: list[str], allowed: list[str]) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        places = (self._folder / "home", self._folder / "payload")
        home, payload = places if self._level == "C" else (Path(BOX), Path(PAYLOAD))
        shown = readable(tuple(allowed))
        orders = {
            "level": self._level,
            "readable": shown,
            "rules": str(self._write_rules(shown)) if self._level == "C" else None,
            "payload": str(self._folder / "payload"),
            "home": str(self._folder / "home"),
            "scratch": str(self._folder / "scratch"),
            "user": _ZYGOTE_USER if os.getuid() == 0 else None,
            "libraries": libraries,
            "growth_mb": self._growth_mb,
            "environment": environment(home, payload),
        }
        child = os.fork()
        if child == 0:
            ours.close()
            self._listener.close()
            launch(theirs.fileno(), orders)
        theirs.close()
        # To import a framework takes seconds; the owner shall not have to wait for the end of it.
        ready, _, _ = select.select([ours, sys.stdin], [], [], _READY_SECONDS)
        told = {"error": "nobody waits for it any longer" if ready else "it took too long"}
        if ours in ready:
            told = json.loads(ours.recv(MESSAGE_BYTES) or b'{"error": "it ended while starting"}')
        if "error" in told:
            raise RuntimeError(f"a zygote for {libraries or 'numpy'} failed: {told['error']}")
        return ours

    def _write_rules(self, shown: Readable) -> Path:
        """Write what workers of a zygote may read into a file; a message could not hold it."""
        rules = {
            "readable": [*shown.parts(), str(self._folder / "payload")],
            "listable": shown.masked,
        }
        path = self._folder / f"rules-{len(self._zygotes)}.json"
        path.write_text(json.dumps(rules), encoding="utf-8")
        return path


def _children() -> list[int]:
    text = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return [int(pid) for pid in text.split()]


def main() -> None:
    """Be a nursery: ``python -m grader.sandbox.nursery LEVEL FOLDER MB FIRST``.

    The folder is the owner's temporary one, which it removes itself unless it is killed. A zygote
    that grows by more than so many MB is replaced. One is started at once, if not null: libraries
    and import rule in JSON.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the owner's business
    nursery = _Nursery(sys.argv[1], sys.argv[2], float(sys.argv[3]))
    try:
        nursery.run(json.loads(sys.argv[4]))
    finally:
        nursery.close()


if __name__ == "__main__":
    main()
