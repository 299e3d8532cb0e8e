"""The project's own pages, as the tests of this folder read them."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Block:
    """A fenced block; after the language its first line may say what tests do with it.

    ``run`` executes it, ``exit=N`` says with which status, ``output`` compares it with what the
    block before it printed, ``file=PATH`` writes it to a file.
    """

    language: str
    content: str
    line: int
    run: bool = False
    output: bool = False
    exit: int = 0
    file: str = ""


@dataclass(frozen=True)
class Done:
    """A block that was run, what it printed, and the blocks that show what it should print."""

    block: Block
    printed: str
    shown: list[Block] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """A page in Markdown.

    Attributes:
        path: its file.
        blocks: its fenced blocks, in order.
        links: what its links and images name.
        anchors: the fragments that its headings can be linked by.
    """

    path: Path
    blocks: tuple[Block, ...]
    links: tuple[str, ...]
    anchors: frozenset[str]


def _block(info: str, content: str, line: int) -> Block:
    language, *words = info.split()
    named = dict(word.partition("=")[::2] for word in words)
    unknown = named.keys() - {"run", "output", "exit", "file"}
    assert not unknown, f"line {line}: a block has unknown attributes {sorted(unknown)}"
    return Block(
        language=language,
        content=content,
        line=line,
        run="run" in named,
        output="output" in named,
        exit=int(named.get("exit", 0)),
        file=named.get("file", ""),
    )


def _anchor(heading: str) -> str:
    """The fragment that code hosts make of a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower().replace("`", ""))
    return kept.strip().replace(" ", "-")


def _read(path: Path) -> Page:
    tokens = MarkdownIt().enable("table").parse(path.read_text(encoding="utf-8"))
    return Page(
        path=path,
        blocks=tuple(
            _block(token.info, token.content, token.map[0] + 1)
            for token in tokens
            if token.type == "fence" and token.info and token.map
        ),
        links=tuple(
            str(child.attrs.get("href") or child.attrs.get("src"))
            for token in tokens
            for child in token.children or ()
            if child.type in ("link_open", "image")
        ),
        anchors=frozenset(
            _anchor(after.content)
            for token, after in itertools.pairwise(tokens)
            if token.type == "heading_open"
        ),
    )


@pytest.fixture(scope="session")
def page() -> Callable[[str | Path], Page]:
    """Read one of the project's pages, named by its path from the root."""
    return lambda name: _read(ROOT / name)


class Runner:
    """Runs shell blocks as a reader would, with nothing of this process's environment."""

    def follow(self, page: Page, folder: Path) -> list[Done]:
        """Do in ``folder`` what a page says: write its files and run its blocks, in its order.

        Returns:
            What every block that is run printed.
        """
        done: list[Done] = []
        for block in page.blocks:
            if block.file:
                path = folder / block.file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(block.content, encoding="utf-8")
            elif block.run:
                status, printed = self.shell(block.content, folder)
                assert status == block.exit, (
                    f"{page.path.name}, line {block.line}, left with {status}:\n{printed}"
                )
                done.append(Done(block, printed))
            elif block.output:
                done[-1].shown.append(block)
        return done

    def shell(self, text: str, folder: Path) -> tuple[int, str]:
        """Run ``text`` in ``folder``; every command but the last must succeed."""
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", text],
            cwd=folder,
            env={
                "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
                "HOME": os.environ.get("HOME", str(folder)),
                "COLUMNS": "100",
                "LANG": "C.UTF-8",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        return done.returncode, done.stdout


@pytest.fixture(scope="session")
def run_block() -> Runner:
    """Run a shell block of a page in a folder."""
    return Runner()


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root folder."""
    return ROOT
