from __future__ import annotations

import subprocess
import sys

import pytest

import grader
from grader.cli.app import app

# What `grader list` and `grader --help` must not wait for.
HEAVY = ("numpy", "pytest", "IPython", "jinja2", "nbformat", "matplotlib", "psutil", "torch")
COMMANDS = ("list", "show", "check", "grade", "report", "release", "doctor")


def test_help_names_every_command(call):
    result = call("--help")
    assert result.exit_code == 0
    assert all(command in result.output for command in COMMANDS)
    assert "schema" not in result.output


@pytest.mark.parametrize("command", [*COMMANDS, "schema"])
def test_every_command_and_option_is_explained(command, call):
    result = call(command, "--help")
    assert result.exit_code == 0
    (found,) = (one for one in app.registered_commands if one.name == command)
    assert found.callback is not None
    assert (found.callback.__doc__ or "").strip().splitlines()[0] in result.output


def test_version(call):
    assert call("--version").output == f"grader {grader.__version__}\n"


def test_an_unknown_command_is_answered_with_a_known_one(call):
    result = call("relese")
    assert result.exit_code == 2
    assert "Did you mean 'release'?" in result.stderr


def test_nothing_heavy_is_loaded_for_a_list(toy):
    program = (
        "import sys; from grader.cli import main; sys.argv = ['grader', 'list']\n"
        "try: main()\n"
        f"finally: print(*(set({HEAVY!r}) & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "toy" in done.stdout
    assert done.stderr.strip() == ""


def test_an_error_is_two_lines_and_no_traceback(toy, start):
    process = start("show", "toi")
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert output == ""
    assert errors.splitlines() == [
        'error no assignment is called "toi", did you mean "toy"?',
        f"      Known assignments: toy (in {toy.folder.parent}).",
    ]


def test_a_closed_pipe_is_no_error(toy):
    command = f"{sys.executable} -m grader show toy | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, timeout=30
    )
    assert "Traceback" not in done.stderr
    assert "Error" not in done.stderr
