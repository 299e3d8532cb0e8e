"""Importing a submission that is a module or a package."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.worker.streams import flush_streams
from grader.worker.tracebacks import report

__all__ = ["load_module"]


def load_module(entry: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Import the file ``entry`` of the working folder.

    Args:
        entry: relative path of the module, or of a package's ``__init__.py``.

    Returns:
        The outcome, as of a notebook cell, and the module's namespace. A module that raises keeps
        the names that it had defined until then, as a notebook would.
    """
    path = Path.cwd() / entry
    package = path.parent if path.name == "__init__.py" else None
    name = re.sub(r"\W", "_", package.name if package else path.stem)
    spec = importlib.util.spec_from_file_location(
        name, path, submodule_search_locations=[str(package)] if package else None
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{entry} is not a Python file")
    module: ModuleType = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:  # SystemExit included
        return {"ok": False, "error": report(error)}, vars(module)
    finally:
        flush_streams()
    return {"ok": True, "error": None}, vars(module)
