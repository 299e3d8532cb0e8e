"""The layers of confinement one by one: the filter of system calls, Landlock, limits."""

from __future__ import annotations

import errno
import json
import os
import struct
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from grader.worker.confinement import seccomp, syscalls
from grader.worker.confinement.landlock import supported_version
from grader.worker.confinement.seccomp import AF_UNIX, SystemCallRules, program

ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
ARCHITECTURES = {"x86-64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
THREAD = 0x003D0F00  # how glibc makes a thread: CLONE_VM | ... | CLONE_THREAD | ...
PROCESS = 0x01200011  # and how it forks
NEW_USER_NAMESPACE = 0x10000000 | 17
# From the manuals: syscall(2) of both architectures.
KNOWN = {
    "clone": (56, 220),
    "execve": (59, 221),
    "kill": (62, 129),
    "mount": (165, 40),
    "ptrace": (101, 117),
    "seccomp": (317, 277),
    "socket": (41, 198),
    "unshare": (272, 97),
}
# read, write, exit, futex, exit_group: always needed, never in the table.
HARMLESS = {"x86-64": (0, 1, 60, 202, 231), "aarch64": (63, 64, 93, 98, 94)}


class Filter:
    """Interprets a program as the kernel does; only what it is made of is known.

    Args:
        code: instructions of eight bytes.
        architecture: what the calls are made on.
    """

    def __init__(self, code: bytes, architecture: int) -> None:
        self._steps = list(struct.iter_unpack("<HBBI", code))
        self._architecture = architecture

    def __call__(self, number: int, *arguments: int, architecture: int | None = None) -> int:
        """Return what becomes of a call."""
        filled = [*arguments, 0, 0, 0, 0, 0, 0][:6]
        origin = self._architecture if architecture is None else architecture
        data = struct.pack("<IIQ6Q", number, origin, 0, *filled)
        place, value = 0, 0
        while True:
            code, if_true, if_false, operand = self._steps[place]
            place += 1
            match code:
                case 0x20:
                    (value,) = struct.unpack_from("<I", data, operand)
                case 0x15:
                    place += if_true if value == operand else if_false
                case 0x35:
                    place += if_true if value >= operand else if_false
                case 0x45:
                    place += if_true if value & operand else if_false
                case 0x06:
                    return operand
                case _:
                    raise AssertionError(f"unknown instruction {code:#x}")


@pytest.fixture(params=ARCHITECTURES)
def architecture(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let programs be made for an architecture, whatever this machine's is."""
    column, audit = ARCHITECTURES[request.param]
    numbers = {
        name: pair[column] for name, pair in syscalls._TABLE.items() if pair[column] is not None
    }
    monkeypatch.setattr(seccomp, "NUMBERS", numbers)
    monkeypatch.setattr(seccomp, "AUDIT_ARCH", audit)
    return str(request.param)


def interpret(**rules: object) -> Filter:
    return Filter(program(SystemCallRules(**rules)), seccomp.AUDIT_ARCH)  # type: ignore[arg-type]


@pytest.mark.parametrize("processes", [False, True])
def test_foreign_numbers_are_not_believed(architecture: str, processes: bool) -> None:
    decide = interpret(processes=processes)
    assert decide(1, architecture=0x40000003) == KILL  # 32-bit x86
    assert decide(0x40000000 | 1) == ERROR | errno.ENOSYS
    assert decide(0xFFFFFFFF) == ERROR | errno.ENOSYS


@pytest.mark.parametrize("level_c", [False, True])
def test_ordinary_calls_are_allowed(architecture: str, level_c: bool) -> None:
    decide = interpret(**{"signals_to": 7, "sockets": (), "own_files": False} if level_c else {})
    assert [decide(number) for number in HARMLESS[architecture]] == [ALLOW] * 5


@pytest.mark.parametrize("name", seccomp._REFUSED)
def test_what_reaches_outside_is_refused(architecture: str, name: str) -> None:
    number = seccomp.NUMBERS.get(name)
    if number is None:
        assert architecture == "aarch64", "x86-64 has every call of the table"
        return
    for processes in (False, True):
        assert interpret(processes=processes)(number) == ERROR | errno.EPERM


def test_processes_where_they_are_allowed(architecture: str) -> None:
    without, allowed = interpret(), interpret(processes=True)
    numbers = seccomp.NUMBERS
    assert without(numbers["clone"], THREAD) == allowed(numbers["clone"], THREAD) == ALLOW
    assert without(numbers["clone"], PROCESS) == ERROR | errno.EAGAIN
    assert allowed(numbers["clone"], PROCESS) == ALLOW
    assert allowed(numbers["clone"], NEW_USER_NAMESPACE) == ERROR | errno.EPERM
    assert without(numbers["clone"], NEW_USER_NAMESPACE) == ERROR | errno.EAGAIN
    assert without(numbers["clone3"]) == allowed(numbers["clone3"]) == ERROR | errno.ENOSYS
    for name in ("execve", "execveat"):
        assert without(numbers[name]) == ERROR | errno.EPERM
        assert allowed(numbers[name]) == ALLOW
    for name in {"fork", "vfork"} & set(numbers):
        assert without(numbers[name]) == ERROR | errno.EAGAIN
        assert allowed(numbers[name]) == ALLOW


def test_sockets_of_the_allowed_families(architecture: str) -> None:
    number = seccomp.NUMBERS["socket"]
    internet, netlink = 2, 16
    assert interpret()(number, AF_UNIX) == ALLOW
    assert interpret()(number, internet) == ERROR | errno.EACCES
    # The upper half of a register is no way around: the kernel reads the lower one too.
    assert interpret()(number, internet | 1 << 32) == ERROR | errno.EACCES
    assert interpret(sockets=())(number, AF_UNIX) == ERROR | errno.EACCES
    assert interpret(sockets=None)(number, netlink) == ALLOW


def test_signals_to_oneself_only(architecture: str) -> None:
    decide = interpret(signals_to=7)
    numbers = seccomp.NUMBERS
    for name in seccomp._SIGNALS:
        assert decide(numbers[name], 7, 9) == ALLOW
        for other in (0, 1, 8, 0xFFFFFFFF):  # the own group, the first process, another, all
            assert decide(numbers[name], other, 9) == ERROR | errno.EPERM
        assert interpret()(numbers[name], 1, 9) == ALLOW
    assert decide(numbers["tkill"], 7) == ERROR | errno.EPERM


def test_no_burden_on_others(architecture: str) -> None:
    decide = interpret(signals_to=7)
    numbers = seccomp.NUMBERS
    for name in seccomp._BURDENS:
        assert decide(numbers[name], 0) == decide(numbers[name], 7) == ALLOW
        assert decide(numbers[name], 8) == ERROR | errno.EPERM
    for name, commands in seccomp._OWNERS.items():
        assert decide(numbers[name], 3, 1) == ALLOW  # F_GETFD, for one
        assert {decide(numbers[name], 3, command) for command in commands} == {ERROR | errno.EPERM}


def test_modes_of_files_stay_where_files_are_shared(architecture: str) -> None:
    shared, own = interpret(own_files=False), interpret()
    numbers = seccomp.NUMBERS
    for name in set(seccomp._MODES) & set(numbers):
        assert shared(numbers[name]) == ERROR | 0
        assert own(numbers[name]) == ALLOW
    for name in seccomp._ATTRIBUTES:
        assert shared(numbers[name]) == ERROR | errno.ENOTSUP
        assert own(numbers[name]) == ALLOW


def test_memory_files_only_where_they_are_counted(architecture: str) -> None:
    for name in ("memfd_create", "memfd_secret"):
        assert interpret()(seccomp.NUMBERS[name]) == ERROR | errno.EPERM
        assert interpret(unmetered_memory=True)(seccomp.NUMBERS[name]) == ALLOW


def test_jumps_stay_inside_the_program(architecture: str) -> None:
    rules = SystemCallRules(signals_to=7, sockets=(), own_files=False)
    steps = list(struct.iter_unpack("<HBBI", program(rules)))
    assert len(steps) < 4096  # BPF_MAXINSNS
    for place, (code, if_true, if_false, _) in enumerate(steps):
        assert code == 0x06 or place + 1 + max(if_true, if_false) < len(steps)
    assert steps[-1] == (0x06, 0, 0, ALLOW)


def test_an_unknown_architecture_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seccomp, "AUDIT_ARCH", 0)
    with pytest.raises(OSError, match="numbers of this architecture are not known"):
        program(SystemCallRules())


@pytest.mark.parametrize("column", [0, 1], ids=ARCHITECTURES)
def test_numbers_are_those_of_the_kernel(column: int) -> None:
    numbers = {name: pair[column] for name, pair in syscalls._TABLE.items()}
    known = [number for number in numbers.values() if number is not None]
    assert len(known) == len(set(known)), "two calls have one number"
    assert all(0 < number < 512 for number in known)
    for name, pair in KNOWN.items():
        assert numbers[name] == pair[column]
    if column:  # from 424 on all architectures count alike
        for name, (x86, number) in syscalls._TABLE.items():
            assert (x86 >= 424) == (number is not None and number >= 424), name
            assert number in (None, x86) or x86 < 424, name


def confined(source: str) -> dict[str, object]:
    """Run lines in a process that confines itself; what it puts into ``told`` comes back."""
    script = f"import json, os, sys\ntold = {{}}\n{textwrap.dedent(source)}\n"
    script += "print(json.dumps(told))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, object] = json.loads(done.stdout)
    return result


def test_refused_calls_are_exceptions() -> None:
    told = confined(
        """
        import ctypes, signal, socket, subprocess, threading
        from grader.worker.confinement.seccomp import SystemCallRules, restrict_system_calls
        from grader.worker.confinement.syscalls import call, mount, unshare
        restrict_system_calls(SystemCallRules())
        attempts = {
            'fork': os.fork,
            'program': lambda: os.execv('/bin/true', ['true']),
            'child': lambda: subprocess.run(['true']),
            'network': lambda: socket.create_connection(('127.0.0.1', 1)),
            'datagrams': lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            'mount': lambda: mount('x', '/tmp', 'tmpfs', 0),
            'namespace': lambda: unshare(0x10000000),
            'trace': lambda: call('ptrace', 0, 0, 0, 0),
            'memory file': lambda: os.memfd_create('x'),
            'keys': lambda: call('keyctl', 0, 0, 0),
            'handle': lambda: os.pidfd_open(os.getpid()),
        }
        for name, attempt in attempts.items():
            try:
                attempt()
            except OSError as error:
                told[name] = type(error).__name__
        thread = threading.Thread(target=told.setdefault, args=('thread', 'runs'))
        thread.start()
        thread.join()
        """
    )
    assert told.pop("thread") == "runs"
    assert told.pop("fork") == told.pop("child") == "BlockingIOError"
    assert len(told) == 9
    assert set(told.values()) == {"PermissionError"}


def test_landlock_opens_what_was_named(tmp_path: Path) -> None:
    assert supported_version() >= 1
    for name in ("readable", "writable", "listable", "hidden"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    told = confined(
        f"""
        os.chdir({str(tmp_path)!r})
        from grader.worker.confinement.landlock import restrict_files
        restrict_files(['readable', 'not there'], ['writable'], listable=['listable'])
        for name in ('readable', 'writable', 'listable', 'hidden'):
            for what, attempt in {{
                'read': lambda: open(name + '/file').read(),
                'write': lambda: open(name + '/file', 'w').write('changed'),
                'make': lambda: os.mkdir(name + '/made'),
                'list': lambda: os.listdir(name),
            }}.items():
                try:
                    attempt()
                except PermissionError:
                    continue
                told[name] = told.get(name, '') + what + ' '
        """
    )
    assert told == {
        "readable": "read list ",
        "writable": "read write make list ",
        "listable": "list ",
    }


def test_limits_count_from_what_there_is() -> None:
    told = confined(
        """
        import resource
        from grader.worker.confinement.rlimits import _sizes, limit_resources
        sizes = _sizes()
        limit_resources(memory_mb=64, file_mb=1, cpu_seconds=3.5, descriptors=50)
        for name in ('DATA', 'AS', 'FSIZE', 'CPU', 'NOFILE', 'CORE'):
            soft, hard = resource.getrlimit(getattr(resource, 'RLIMIT_' + name))
            told[name] = soft if soft == hard else 'soft'
        told['DATA'] -= sizes['VmData']
        told['AS'] -= sizes['VmSize']
        block = bytearray(32 << 20)
        try:
            bytearray(64 << 20)
        except MemoryError:
            told['more'] = 'MemoryError'
        """
    )
    megabyte = 1 << 20
    assert told == {
        "DATA": 64 * megabyte,
        "AS": (64 + 4096) * megabyte,
        "FSIZE": megabyte,
        "CPU": 4,
        "NOFILE": 50,
        "CORE": 0,
        "more": "MemoryError",
    }


def test_privileges_are_gone_for_good() -> None:
    told = confined(
        """
        from grader.worker.confinement.privileges import drop_capabilities, no_new_privileges
        no_new_privileges()
        drop_capabilities()
        lines = open('/proc/self/status').read().splitlines()
        told |= {line.split(':')[0]: line.split()[1] for line in lines if ':' in line[:12]
                 and line.startswith(('Cap', 'NoNewPrivs'))}
        """
    )
    assert told.pop("NoNewPrivs") == "1"
    # The bounding set takes a capability to give up; what one does not have there is no use.
    bounding = str(told.pop("CapBnd"))
    assert os.getuid() != 0 or int(bounding, 16) == 0
    assert {"CapInh", "CapPrm", "CapEff", "CapAmb"} == set(told)
    assert {int(str(value), 16) for value in told.values()} == {0}
