"""Builders of what students hand in, as real files."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from pathlib import Path

import nbformat
import pytest

from grader.model import Assignment, InterfaceEntry

Files = Mapping[str, str | bytes]


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    return Assignment(
        id="perceptron",
        title="The perceptron",
        points=Decimal(100),
        interface=(
            InterfaceEntry(name="Perceptron", kind="class"),
            InterfaceEntry(name="sigmoid"),
            InterfaceEntry(name="train"),
        ),
        allowed_imports=("numpy",),
        folder=tmp_path / "assignments" / "perceptron",
        digest="0" * 64,
    )


@pytest.fixture
def notebook() -> Callable[..., bytes]:
    """Return the bytes of a valid notebook with the given code cells."""

    def build(*sources: str, **metadata: object) -> bytes:
        cells = [nbformat.v4.new_markdown_cell("# The perceptron")]
        cells += [nbformat.v4.new_code_cell(source) for source in sources or ("x = 1",)]
        kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
        document = nbformat.v4.new_notebook(
            cells=cells, metadata={"kernelspec": kernel, **metadata}
        )
        return nbformat.writes(document).encode()

    return build


@pytest.fixture
def zipped() -> Callable[[Files], bytes]:
    """Return the bytes of a zip that holds the given files."""

    def build(files: Files) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return buffer.getvalue()

    return build


@pytest.fixture
def tree(tmp_path: Path) -> Callable[[Files], Path]:
    """Write files below a new folder ``class``, each modified a second after the one before."""

    def build(files: Files) -> Path:
        root = tmp_path / "class"
        root.mkdir(exist_ok=True)
        for number, (name, content) in enumerate(files.items()):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            os.utime(path, (1_000_000 + number, 1_000_000 + number))
        return root

    return build


@pytest.fixture
def as_ordinary_user(tmp_path: Path) -> Callable[[], AbstractContextManager[None]]:
    """Give up an administrator's right to read everything."""

    @contextmanager
    def drop() -> Iterator[None]:
        if os.geteuid() != 0:
            yield
            return
        # An ordinary user must still come as far as the test's own folder.
        modes = {folder: folder.stat().st_mode for folder in (tmp_path, *tmp_path.parents)}
        for folder, mode in modes.items():
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXGRP | stat.S_IXOTH)
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)
            for folder, mode in modes.items():
                folder.chmod(stat.S_IMODE(mode))

    return drop
