"""Start a worker: ``python -m grader.worker DESCRIPTOR ENGINE``."""

from __future__ import annotations

from grader.worker.main import main

if __name__ == "__main__":
    main()
