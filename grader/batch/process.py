"""One grading process: started, waited for, and ended with everything that it had started."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import select
import signal
import tempfile
import time
from multiprocessing.connection import Connection
from multiprocessing.context import ForkContext, ForkServerContext
from pathlib import Path

from grader.batch.job import Job, Outcome, fail_job, run_job
from grader.errors import GraderError, SandboxError
from grader.sandbox.orphans import end_family, end_orphans
from grader.sandbox.removal import remove_folder

__all__ = ["GradingProcess", "temporary_folder"]


class GradingProcess:
    """A process that grades one attempt.

    It has a session of its own, so that an interrupt from the keyboard reaches only the batch,
    and a temporary folder of its own, by which whatever it leaves behind is found.

    Args:
        context: forks the process, from a server or this process.
        job: what to grade.
        folder: where its temporary folder is made.
        seconds: how long it may take on the wall.
        core: the one processor core that it runs on, its worker too; None lets it run on any.

    Raises:
        SandboxError: it can have no temporary folder.
    """

    def __init__(
        self,
        context: ForkContext | ForkServerContext,
        job: Job,
        *,
        folder: Path,
        seconds: float,
        core: int | None = None,
    ) -> None:
        self.job = job
        self.core = core
        self.deadline = time.monotonic() + seconds
        self._folder = temporary_folder(folder)
        self._receiver, sender = context.Pipe(duplex=False)
        self._process = context.Process(
            target=_main, args=(job, str(self._folder), core, sender), name=f"grade {job.key}"
        )
        self._process.start()
        sender.close()

    @property
    def sentinel(self) -> int:
        """A descriptor that becomes readable when the process ends."""
        return self._process.sentinel

    def settle(self) -> Outcome:
        """End the process, and make sure that its attempt has a grade.

        Raises:
            GraderError: the assignment is at fault, or the results cannot be written.
        """
        hung = self._process.is_alive()
        try:
            result = self._receiver.recv() if self._receiver.poll() else None
        except EOFError:
            result = None
        if not self._is_over():
            self.kill()
            self._process.join()
            end_orphans(self._folder)  # workers, which live in the process's folder
        self.close()
        if isinstance(result, GraderError):
            raise result
        if not isinstance(result, Outcome):
            how = "did not finish in time" if hung else _end_of(self._process.exitcode or 0)
            return fail_job(self.job, f"the process that graded this submission {how}")
        return result

    def kill(self) -> None:
        """Kill the process, unless it has ended well, and its children."""
        if not self._is_over():
            if self._process.pid is not None:
                end_family(self._process.pid)
            self._process.kill()

    def close(self) -> None:
        """Wait until the process has ended, and remove its folder."""
        self._process.join()
        self._receiver.close()
        remove_folder(self._folder)

    def _is_over(self) -> bool:
        return not self._process.is_alive() and self._process.exitcode == 0


def temporary_folder(parent: Path | None) -> Path:
    """Make a temporary folder.

    Args:
        parent: where; in the system's place for such folders when None.

    Raises:
        SandboxError: it cannot be made.
    """
    try:
        return Path(tempfile.mkdtemp(prefix="grading-", dir=parent)).resolve()
    except OSError as error:
        raise SandboxError(
            f"no temporary folder can be made: {error}",
            remedy="Make room on the disk, or let TMPDIR name a folder that can be written to.",
        ) from error


def _end_of(code: int) -> str:
    if code >= 0:
        return f"ended itself with exit code {code}"
    known = -code in set(signal.Signals)
    return f"was ended by {signal.Signals(-code).name if known else f'signal {-code}'}"


def _end_with_the_batch() -> None:
    """Be ended when the batch is gone, however it ended.

    Its death closes a pipe, and what happens to that is told by SIGIO, which ends a process. The
    server that forked this process would be no parent to die with: it outlives its children.
    """
    batch = multiprocessing.parent_process()
    if batch is None or select.select([batch.sentinel], [], [], 0)[0]:
        os._exit(1)
    fcntl.fcntl(batch.sentinel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(batch.sentinel, fcntl.F_SETFL, os.O_ASYNC)


def _main(job: Job, folder: str, core: int | None, sender: Connection) -> None:
    os.setsid()
    # Where nobody presses Ctrl-C any more; the server ignores it, and a kernel must not.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if core is not None:
        os.sched_setaffinity(0, {core})
    _end_with_the_batch()
    tempfile.tempdir = folder
    try:
        sender.send(run_job(job))
    except GraderError as error:
        sender.send(error)
