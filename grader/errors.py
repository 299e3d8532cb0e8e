"""The error tree, ordered by who must act.

A message says what was found, what was expected and what to do. Bad input is never shown to a
user as a traceback: the command line prints these errors, the pipeline turns those of a student
into a grade.
"""

from __future__ import annotations

__all__ = [
    "DeadlineExceeded",
    "GraderError",
    "SandboxError",
    "SpecError",
    "StudentError",
    "SubmissionError",
    "UsageError",
    "WorkerCrashed",
]


class GraderError(Exception):
    """Anything that this project reports on purpose.

    Attributes:
        where: file, line, cell or test that the error is about; empty when there is none.
        remedy: what the person addressed can do about it; empty when the message says it.
    """

    def __init__(self, message: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy

    def __str__(self) -> str:
        head = f"{self.where}: {self.message}" if self.where else self.message
        return f"{head}\n{self.remedy}" if self.remedy else head

    def __reduce__(self) -> tuple[object, ...]:
        # By default a copy is made by calling the class with `args`, which are not what the
        # classes below take; grading processes send their errors back to the command line.
        return _blank, (type(self), *self.args), vars(self)


def _blank(kind: type[GraderError], *args: object) -> GraderError:
    return kind.__new__(kind, *args)


class UsageError(GraderError):
    """The person at the command line must act: an unknown assignment, a missing folder."""


class SpecError(GraderError):
    """The instructor must act: an assignment's specification or one of its tests is wrong."""


class SandboxError(GraderError):
    """The operator must act: a worker cannot be started or isolated on this machine."""


class SubmissionError(GraderError):
    """The student must act: what was handed in cannot be read, run or used."""


class StudentError(SubmissionError):
    """An exception that the student's code raised while a test was calling it.

    Attributes:
        kind: class name of the exception, such as ``"ValueError"``.
        kinds: class names along its method resolution order, the class itself first.
        detail: the exception's own message.
        trace: the traceback as text, cut to the student's own frames.
    """

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        kinds: tuple[str, ...] = (),
        where: str = "",
        trace: str = "",
    ) -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind, where=where)
        self.kind = kind
        self.kinds = kinds or (kind,)
        self.detail = detail
        self.trace = trace


class WorkerCrashed(SubmissionError):
    """The submission's process ended, or broke the protocol, in the middle of a request."""


class DeadlineExceeded(SubmissionError):
    """The submission used more time than the assignment allows.

    Attributes:
        clock: ``"cpu"`` (costs points), ``"wall"`` (tried once more, alone) or ``"total"``.
    """

    def __init__(self, message: str, *, clock: str, where: str = "") -> None:
        super().__init__(message, where=where)
        self.clock = clock
