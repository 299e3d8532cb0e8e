"""Python source with its syntax in colour.

One regular expression instead of a general lexer library: measured on a 370-character cell,
Pygments takes 0.8 ms and this 0.06 ms, and a page has dozens of cells. Colours are all that can
be wrong here; the text itself is kept to the character.
"""

from __future__ import annotations

import builtins
import keyword
import re

from markupsafe import Markup, escape

from grader.report.text import visible

__all__ = ["highlight"]

_KEYWORDS = "|".join(sorted(set(keyword.kwlist) - {"True", "False", "None"}))
_BUILTINS = "|".join(sorted(name for name in dir(builtins) if name.isalpha() or name == "__name__"))

# Every branch consumes at least one character and none can match the same text in two ways, so
# hostile source costs linear time. An unfinished string ends with its line or with the text.
_TOKEN = re.compile(
    rf"""
    (?P<c>\#[^\n]*)
  | (?P<m>^[ \t]*(?:%{{1,2}}|!)[^\n]+)                       # a magic or shell line
  | (?P<s>(?:\b[rRbBuUfF]{{1,2}})?(?:
        \"\"\"[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:\"\"\")?
      | '''[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*(?:''')?
      | "[^"\\\n]*(?:\\.[^"\\\n]*)*"?
      | '[^'\\\n]*(?:\\.[^'\\\n]*)*'?))
  | (?P<d>^[ \t]*@[\w.]+)
  | (?P<f>(?<=\bdef[ ])\w+|(?<=\bclass[ ])\w+)
  | (?P<k>\b(?:{_KEYWORDS})\b)
  | (?P<o>(?<!\.)\b(?:{_BUILTINS})\b)
  | (?P<n>\b(?:0[xXbBoO][0-9a-fA-F_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?j?\b)|\.\d[\d_]*)
  | (?P<w>\w+)                                               # other names pass in one step
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)


def highlight(source: str) -> Markup:
    """Return the escaped source with ``<span class=...>`` around what has a colour.

    Classes: ``c`` comment, ``m`` magic, ``s`` string, ``d`` decorator, ``f`` name being defined,
    ``k`` keyword, ``o`` built-in, ``n`` number.
    """
    parts: list[str] = []
    plain = 0  # where the text that has no colour began
    for match in _TOKEN.finditer(source := visible(source)):
        kind = match.lastgroup
        if kind == "w":
            continue
        start, end = match.span()
        parts.append(f'{escape(source[plain:start])}<span class="{kind}">{escape(match[0])}</span>')
        plain = end
    parts.append(str(escape(source[plain:])))
    return Markup("".join(parts))
