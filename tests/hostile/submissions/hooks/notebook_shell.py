"""Patches the shell that runs its cells."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "hooks of IPython that raise, rewrite cells or pretend that all went well"

CELLS = [
    HONEST_HALF,
    r"""
from IPython import get_ipython

shell = get_ipython()

class Success:
    error_before_exec = error_in_exec = None
    success = True

def broken(*_, **__):
    raise SystemExit("no more")

for event in ("pre_execute", "pre_run_cell", "post_execute", "post_run_cell"):
    shell.events.register(event, broken)
shell.ast_transformers.append(type("T", (), {"visit": broken})())
shell.input_transformers_cleanup.append(lambda lines: ["softmax = mean_loss = print\n"])
shell.showtraceback = shell._showtraceback = broken
shell.display_pub.publish = broken
shell.displayhook.finish_displayhook = broken
shell.set_custom_exc((Exception,), broken)
shell.run_cell = lambda *_, **__: Success()
""",
]
