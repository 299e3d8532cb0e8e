"""Provokes notices that quote what the student wrote."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "forbidden imports, magics and file names that notices and messages quote"

FILES = {
    "<script>window.__pwned=1<>.py": "import torch",
    "'><img src=x onerror=window.__pwned=1>.py": "import tensorflow",
    "a\u202eyp.py": "import sympy",
    "toolkit.py": HONEST_HALF
    + """
try:
    __import__("<script>window.__pwned=1</script>")
except ImportError as error:
    print(error)
try:
    import torch, pandas
except ImportError as error:
    print(error)
__import__("pandas.<img src=x onerror=window.__pwned=1>")
""",
}

ENTRY = "toolkit.py"
