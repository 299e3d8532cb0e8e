"""What a worker sees and reaches at each level, and how a level is chosen."""

from __future__ import annotations

import os
import resource
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import SandboxError, UsageError
from grader.model import Cell, CellKind, Engine, Level, Limits, Submission
from grader.sandbox import Demands, Host, levels, offers
from grader.sandbox.levels import choose_level
from grader.wire import Decoder, Encoder

if TYPE_CHECKING:
    from conftest import OpenSandbox

ISOLATION = Path(__file__).parent / "isolation"
REPOSITORY = Path(__file__).parents[2]
PROBE = (ISOLATION / "probe.py").read_text(encoding="utf-8")
CONFINED = [offer.level for offer in offers() if offer.available and offer.level is not Level.D]
NAMESPACES = [level for level in CONFINED if level is not Level.C]
LIMITS = Limits(memory_mb=256, disk_mb=32, total_seconds=100)
REFUSALS = {"FileNotFoundError", "PermissionError"}
Ask = Callable[..., Any]


@pytest.fixture(params=CONFINED)
def level(request: pytest.FixtureRequest) -> Level:
    return Level(request.param)


@pytest.fixture
def ask(level: Level, open_sandbox: OpenSandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Ask a submission that looks around."""
    monkeypatch.setenv("GRADER_CANARY", "a secret of the grader")
    host = Host(
        Submission(student="eve", path="a.ipynb", cells=(Cell(kind=CellKind.CODE, source=PROBE),)),
        limits=LIMITS,
        allowed_imports=("numpy",),
        sandbox=open_sandbox(level, ("numpy",)),
    )
    assert [run.status for run in host.run().runs] == ["ok"]
    host.begin(1)

    def ask_(name: str, *args: object) -> Any:
        encoder = Encoder()
        header = {"op": "call", "name": name, "args": [encoder.encode(arg) for arg in args]}
        answer = host.ask(header, encoder.buffers, name)
        assert answer.header["ok"], answer.header
        return Decoder(answer.buffers).decode(answer.header["value"])

    yield ask_
    host.close()


def test_nothing_of_the_grader_can_be_read(ask: Ask, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    own = [REPOSITORY / "pyproject.toml", Path(__file__), REPOSITORY / "grader" / "errors.py"]
    tests = sorted((REPOSITORY / "assignments").glob("*/tests/*/test_*.py"))
    references = sorted((REPOSITORY / "reference").glob("*/solution.py"))
    assert tests
    assert references
    system = [Path("/etc/passwd"), Path("/etc/shadow"), Path("/etc/hostname")]
    paths = [str(path) for path in (secret, *own, *tests, *references, *system)]
    for name in ("environ", "cmdline", "maps"):
        paths += [f"/proc/{os.getpid()}/{name}", f"/proc/{os.getppid()}/{name}"]
    found = ask("reads", paths)
    assert set(found) == set(paths)
    assert {path: told for path, told in found.items() if told not in REFUSALS} == {}
    # The probe itself works.
    assert ask("reads", [os.__file__]) == {os.__file__: "100 bytes"}


def test_no_folder_names_what_is_there(ask: Ask, level: Level) -> None:
    folders = [REPOSITORY, REPOSITORY / "assignments", Path.home(), Path("/tmp"), Path("/home")]
    found = ask("lists", [str(folder) for folder in folders])
    for folder, names in found.items():
        # A folder on the way to the interpreter names what leads there, and nothing else.
        if not isinstance(names, str):
            assert level is not Level.C
            ways = (sys.prefix, sys.base_prefix, sys.executable)
            assert all(
                any(Path(way).is_relative_to(Path(folder, name)) for way in ways) for name in names
            ), names
        else:
            assert names in REFUSALS
    if level is Level.C:
        assert ask("lists", ["/", "/proc", "/run", "/var"]) == dict.fromkeys(
            ["/", "/proc", "/run", "/var"], "PermissionError"
        )
    else:
        top = {"bin", "box", "dev", "etc", "lib", "lib32", "lib64", "libx32", "opt", "proc"}
        ways = {Path(way).parts[1] for way in (sys.prefix, sys.base_prefix)}
        assert set(ask("lists", ["/"])["/"]) <= top | ways | {"sbin", "tmp", "usr"}


def test_nothing_but_its_own_folder_can_be_written(ask: Ask, level: Level) -> None:
    folder, _ = ask("here")
    others = ["/", "/tmp", "/usr", "/etc", "/proc", "/var/tmp", "/opt/worker", sys.prefix]
    others += [str(REPOSITORY), str(Path(folder).parent), str(Path.home())]
    found = ask("writes", [folder, *others])
    assert found.pop(folder) == "written"
    assert {path: told for path, told in found.items() if told not in (*REFUSALS, "OSError")} == {}
    shared = ask("writes", ["/dev/shm"])["/dev/shm"]
    assert shared == ("PermissionError" if level is Level.C else "written")


def test_it_is_nobody(ask: Ask, level: Level) -> None:
    status = ask("status")
    assert status["NoNewPrivs"] == ["1"]
    assert status["Seccomp"] == ["2"]
    for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(status[name][0], 16) == 0, name
    if level is not Level.C:
        assert set(status["Uid"]) == {"1000"}
        assert status["NSpid"][-1] == "1"
        assert int(status["CapBnd"][0], 16) == 0
    assert status["Threads"] == ["1"]


def test_it_sees_no_other_process(ask: Ask, level: Level) -> None:
    seen = ask("processes")
    assert seen == ([1] if level is not Level.C else "PermissionError")
    others = [os.getpid(), os.getppid()]
    expected = "PermissionError" if level is Level.C else "ProcessLookupError"
    assert ask("signals", others) == {str(pid): expected for pid in others}


def test_it_has_no_network(ask: Ask, level: Level, tmp_path: Path) -> None:
    if level is not Level.C:
        assert ask("interfaces") == ["lo"]
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = list(server.getsockname())
        assert ask("connect", "tcp", address) == "PermissionError"
        assert ask("connect", "udp", address) == "PermissionError"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0grader-test-{os.getpid()}")
        server.listen()
        told = ask("connect", "unix", f"\0grader-test-{os.getpid()}")
        assert told in ("PermissionError", "ConnectionRefusedError")


def test_its_environment_is_of_our_making(ask: Ask) -> None:
    variables = ask("environment")
    assert "GRADER_CANARY" not in variables
    assert not [name for name in variables if name.startswith(("GRADER", "PYTEST"))]
    folder, _ = ask("here")
    for name, value in variables.items():
        assert str(REPOSITORY) not in value.replace(sys.prefix, ""), name
    assert variables["HOME"] == variables["TMPDIR"] == folder
    assert variables["OMP_NUM_THREADS"] == "1"
    assert "LD_PRELOAD" not in variables


def test_its_limits_are_set(ask: Ask, level: Level) -> None:
    limits = ask("limits")
    assert all(soft == hard for soft, hard in limits.values())
    assert limits["CORE"][0] == 0
    assert limits["FSIZE"][0] == LIMITS.disk_mb << 20
    assert limits["CPU"][0] == 2 * LIMITS.total_seconds + 61
    assert limits["NOFILE"][0] <= 256
    data = limits["DATA"][0]
    assert LIMITS.memory_mb << 20 <= data <= (LIMITS.memory_mb + 2048) << 20
    assert data < limits["AS"][0] != resource.RLIM_INFINITY
    if level is not Level.C:
        assert 1 < limits["NPROC"][0] <= 64


@pytest.mark.parametrize("level", NAMESPACES)
def test_its_folder_is_a_file_system_of_its_own(ask: Ask) -> None:
    folder, size = ask("here")
    assert size == LIMITS.disk_mb << 20
    mounts = ask("mounts")
    assert {folder, "/proc", "/dev/shm"} <= set(mounts)
    assert not [place for place in mounts if str(REPOSITORY) in place.replace(sys.prefix, "")]
    assert "/sys" not in mounts


@pytest.mark.parametrize("level", [level for level in CONFINED if level is Level.C])
def test_a_kernel_of_its_own_takes_namespaces(open_sandbox: OpenSandbox, level: Level) -> None:
    with pytest.raises(SandboxError, match="level C does not allow") as caught:
        open_sandbox(level).start(Demands(Engine.JUPYTER, LIMITS))
    assert "--engine shell" in caught.value.remedy


# choosing


def test_the_best_level_is_chosen() -> None:
    available = [offer.level for offer in offers() if offer.available]
    assert choose_level() is available[0]
    for level in available:
        assert choose_level(level) is level


def test_every_machine_has_level_d() -> None:
    assert [offer.level for offer in offers()] == list(Level)
    assert offers()[-1].available
    for offer in offers():
        assert bool(offer.missing) != offer.available


@pytest.fixture
def afresh() -> Iterator[None]:
    levels.offers.cache_clear()
    yield
    levels.offers.cache_clear()


@pytest.mark.usefixtures("afresh")
def test_without_control_groups_there_is_no_level_a(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels, "cgroup_trees", tuple)
    monkeypatch.setattr(levels, "_try_namespaces", lambda: None)
    monkeypatch.setattr(levels, "_try_filters", lambda: None)
    offered = {offer.level: offer for offer in offers()}
    assert not offered[Level.A].available
    assert "control group" in offered[Level.A].missing
    assert "root" in offered[Level.A].remedy
    assert choose_level() is Level.B
    with pytest.raises(UsageError, match="level A is not available here: no control group"):
        choose_level(Level.A)


@pytest.mark.usefixtures("afresh")
def test_without_landlock_only_level_d_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels, "supported_version", lambda: 0)
    assert [offer.level for offer in offers() if offer.available] == [Level.D]
    assert "no Landlock" in next(o.missing for o in offers() if o.level is Level.C)
    assert choose_level() is Level.D


@pytest.mark.usefixtures("afresh")
def test_elsewhere_than_on_linux_only_level_d_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert [offer.level for offer in offers() if offer.available] == [Level.D]
    assert {offer.missing for offer in offers()[:3]} == {"needs Linux"}
