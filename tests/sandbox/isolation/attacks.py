"""What a hostile or broken submission does: the source of one, a function for each attack.

Run in a worker only: some of these functions end the machine's other processes, if they can.
"""

# Written as an attacker would, close to the system.
# ruff: noqa: PTH101, PTH102, PTH109, PTH123, SIM105

from __future__ import annotations

import atexit
import ctypes
import json
import mmap
import os
import re
import signal
import socket
import struct
import sys
import threading
import time

import numpy as np

MEGABYTE = bytes(1 << 20)
LONG = 1_000_000
libc = ctypes.CDLL(None, use_errno=True)


def answer():
    return 42


def place():
    return os.getcwd()


# computing and waiting for ever


def loop_in_python():
    while True:
        pass


def loop_in_a_regular_expression():
    re.match(r"(a+)+$", "a" * 64 + "b")


def loop_in_c():
    sum(range(10**18))


def loop_in_blas():
    matrix = np.ones((1200, 1200))
    while True:
        matrix @ matrix


def loop_with_signals_ignored():
    for number in range(1, signal.NSIG):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))
    while True:
        try:
            loop_in_python()
        except BaseException:
            continue


def sleep():
    time.sleep(LONG)


def deadlock():
    lock = threading.Lock()
    with lock:
        lock.acquire()


def stop():
    os.kill(os.getpid(), signal.SIGSTOP)
    sleep()


# processes and threads


def fork_bomb():
    while True:
        try:
            os.fork()
        except OSError:
            pass


def fork_chain():
    while True:
        if os.fork():
            os._exit(0)


def fork_once():
    return os.fork()


def daemon():
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.chdir("/")
            os.write(writer, b"here")
            os.closerange(0, 1024)
            while True:
                time.sleep(1)
        os._exit(0)
    os.wait()
    return os.read(reader, 4).decode()


def stopped_child():
    child = os.fork()
    if child == 0:
        os.kill(os.getpid(), signal.SIGSTOP)
        sleep()
    os.waitid(os.P_PID, child, os.WSTOPPED | os.WNOWAIT)
    return "stopped"


def thread_bomb():
    while True:
        try:
            threading.Thread(target=time.sleep, args=(LONG,)).start()
        except (RuntimeError, MemoryError):
            pass


def become_another_program():
    os.execv("/bin/sleep", ["sleep", str(LONG)])


# memory and files


def private_memory():
    kept = []
    while True:
        kept.append(bytearray(b"x" * (4 << 20)))


def one_huge_array():
    return int(np.ones(1 << 33).sum())


def shared_memory():
    kept = []
    while True:
        kept.append(mmap.mmap(-1, 4 << 20))
        kept[-1].write(b"x" * (4 << 20))
        time.sleep(0.001)


def shared_memory_of_a_child():
    if os.fork() == 0:
        shared_memory()
    sleep()


def memory_files():
    while True:
        descriptor = os.memfd_create("hog")
        for _ in range(16):
            os.write(descriptor, MEGABYTE)


def working_folder():
    for number in range(40):
        with open(f"file-{number}", "wb") as file:
            for _ in range(10):
                file.write(MEGABYTE)


def shared_memory_files():
    with open("/dev/shm/grader-attack", "wb") as file:
        while True:
            file.write(MEGABYTE)


def system_v_memory():
    if libc.shmget(0, ctypes.c_size_t(1 << 20), 0o1600) < 0:
        raise OSError(ctypes.get_errno(), "shmget")


def two_gigabytes_in_a_file():
    with open("big", "wb") as file:
        for _ in range(2048):
            file.write(MEGABYTE)


def a_sparse_file():
    with open("sparse", "wb") as file:
        file.truncate(2 << 30)


def deep_folders():
    here = os.getcwd()
    for _ in range(1500):
        os.mkdir("a-folder-in-a-folder")
        os.chdir("a-folder-in-a-folder")
    os.chdir(here)
    os.mkdir("locked")
    os.mkdir("locked/inside")
    os.chmod("locked", 0)


# output and messages


def two_hundred_megabytes_printed():
    text = "x" * (1 << 20)
    for _ in range(200):
        print(text)


def two_hundred_megabytes_written():
    for _ in range(200):
        os.write(1, MEGABYTE)


def two_hundred_megabytes_from_c():
    line = b"x" * 65_000
    for _ in range(3200):
        libc.puts(line)
    libc.fflush(None)


def endless_prints():
    while True:
        print("and again")


def connection():
    for descriptor in range(3, 64):
        try:
            return socket.socket(fileno=os.dup(descriptor))
        except OSError:
            continue
    raise LookupError("no socket")


def frame(header):
    text = json.dumps(header).encode()
    return struct.pack("!I", len(text)) + text


def endless_events():
    grader = connection()
    event = frame({"event": "stream", "name": "stdout", "text": "x" * 50_000})
    while True:
        grader.sendall(event)


def endless_answers():
    grader = connection()
    while True:
        grader.sendall(frame({"id": 1, "ok": True, "value": 42}))


def half_a_message():
    connection().sendall(struct.pack("!I", 1000) + b'{"half')
    sleep()


def a_message_of_gigabytes():
    connection().sendall(b"\xff" * 100)
    sleep()


# ends


def leave():
    os._exit(7)


def leave_politely():
    sys.exit(7)


def kill_itself():
    os.kill(os.getpid(), signal.SIGKILL)


def crash():
    ctypes.string_at(0)


def abort():
    os.abort()


def recurse_in_python():
    return recurse_in_python()


def recurse_in_c():
    class Endless:
        def __getattr__(self, name):
            return getattr(self, name)

    sys.setrecursionlimit(10**9)
    return Endless().depth


def close_everything():
    os.closerange(0, 1024)


def thread_that_never_ends():
    threading.Thread(target=loop_in_python).start()


def handler_that_never_ends():
    atexit.register(sleep)


def kill_others(number):
    """Try to signal the parent, process 1, the own group and everybody."""
    reached = []
    for target in (os.getppid(), 1, 0, -1):
        try:
            os.kill(target, number)
        except OSError:
            continue
        reached.append(target)
    return reached
