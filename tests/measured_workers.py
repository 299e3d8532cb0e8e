"""Measures the coverage of level D's workers too; ``make coverage`` loads this plugin.

Workers have an environment of their own and are killed when they are no longer needed: here they
are told to measure themselves, and given a moment to write down what they have measured. The
sandboxes of the other levels would let nothing out.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.sandbox import process
from grader.sandbox.environment import environment

# The folder's name tells a submission nothing of the grader's place.
CONFIG = """[run]
source = grader
parallel = true
data_file = {folder}/.coverage
patch = _exit
"""
SECONDS = 1.0


@pytest.fixture(scope="session", autouse=True)
def _measured_workers() -> Iterator[None]:
    spawned = process._SpawnedProcess
    end = spawned.end
    with tempfile.TemporaryDirectory(prefix="measured-") as folder:
        config = Path(folder) / "config"
        config.write_text(CONFIG.format(folder=folder), encoding="utf-8")

        def measuring_environment(*places: Path) -> dict[str, str]:
            return environment(*places) | {"COVERAGE_PROCESS_START": str(config)}

        def orderly_end(worker: process._SpawnedProcess) -> None:
            with contextlib.suppress(OSError):  # closed before
                worker.connection.shutdown(socket.SHUT_RDWR)
                worker.exit_code(SECONDS)
            end(worker)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(process, "environment", measuring_environment)
            patch.setattr(spawned, "end", orderly_end)
            yield
        for file in Path(folder).glob(".coverage.*"):
            shutil.move(file, Path.cwd())
