"""Prints and displays poison in every way that a notebook has."""

from __future__ import annotations

from base import HONEST_HALF
from poisons import MARKDOWN, POISONS, SVG

ABOUT = "printed text and displays of every kind that would run script in a page"

CELLS = [
    HONEST_HALF,
    f"POISONS = {POISONS!r}\nMARKDOWN = {MARKDOWN!r}\nSVG = {SVG!r}",
    """
import os, sys, warnings
from IPython.display import display

for poison in POISONS:
    print(poison)
    print(poison, file=sys.stderr)
    os.write(1, poison.encode("utf-8", "surrogatepass"))
    warnings.warn(poison)
""",
    """
KINDS = ("text/html", "text/plain", "text/markdown", "text/latex", "image/svg+xml", "image/png",
         "image/jpeg", "application/javascript", "application/json", "application/pdf",
         "application/vnd.jupyter.widget-view+json", "application/geo+json", "text/x-python")
for poison in (*POISONS, *MARKDOWN, SVG):
    for kind in KINDS:
        display({kind: poison}, raw=True)
    display({poison: poison, "text/html": poison}, raw=True, metadata={poison: poison})
""",
    """
class Shown:
    def _repr_html_(self):
        return POISONS[0]

    def _repr_svg_(self):
        return SVG

    def _repr_javascript_(self):
        return "window.__pwned=1"

    def __repr__(self):
        return POISONS[1]

handle = display(Shown(), display_id=POISONS[2])
handle.update(POISONS[3])
Shown()
""",
    """
from IPython.display import HTML, IFrame, Javascript, SVG as Picture, Markdown, Math
display(HTML(POISONS[0]), Javascript("window.__pwned=1"), Picture(SVG),
        IFrame("javascript:window.__pwned=1", 9, 9), *[Markdown(text) for text in MARKDOWN],
        *[Math(text) for text in POISONS[:12]])
""",
    """
import matplotlib.pyplot as plt
from matplotlib_inline.backend_inline import set_matplotlib_formats
set_matplotlib_formats("svg")
plt.title(POISONS[0] + POISONS[2])
plt.plot([1, 2], label=POISONS[1], gid="x' onload='window.__pwned=1",
         url="javascript:window.__pwned=1")
plt.legend()
plt.show()
""",
]
