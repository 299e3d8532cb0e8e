"""A machine without data, published files where there are some, and a server of files."""

from __future__ import annotations

import hashlib
import http.server
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from grader.datasets.published import PublishedFile

PUBLISHED_FOLDER = os.environ.get("GRADER_DATA_DIR")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that downloads go to, on a machine without any data."""
    monkeypatch.delenv("GRADER_DATA_DIR", raising=False)
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "data"


@pytest.fixture
def given(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that GRADER_DATA_DIR names, still empty."""
    folder = tmp_path / "given"
    folder.mkdir()
    monkeypatch.setenv("GRADER_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def published(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with the published files."""
    if PUBLISHED_FOLDER is None:
        pytest.skip("GRADER_DATA_DIR names no folder with the published files")
    monkeypatch.setenv("GRADER_DATA_DIR", PUBLISHED_FOLDER)
    return Path(PUBLISHED_FOLDER)


@dataclass
class Server:
    """Serves bytes by path on this machine.

    Attributes:
        url: what paths are appended to.
        files: bytes by path; any other path is not found.
        cut: paths whose connection is closed half-way.
        asked: the paths that were asked for, in order.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Serves files on a free port of this machine."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    served = Server()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            data = served.files.get(self.path)
            if data is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: len(data) // 2] if self.path in served.cut else data)

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        served.url = f"http://127.0.0.1:{running.server_port}"
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield served
        running.shutdown()
        thread.join()


@pytest.fixture
def serve(server: Server) -> Callable[..., PublishedFile]:
    """Return a function that publishes bytes as a file of a given name and content."""

    def publish(
        name: str, content: bytes, sent: bytes | None = None, **fields: str
    ) -> PublishedFile:
        server.files[f"/{name}"] = content if sent is None else sent
        digest = hashlib.sha256(content).hexdigest()
        url = f"{server.url}/{name}"
        return PublishedFile(name=name, url=url, sha256=digest, size=len(content), **fields)

    return publish
