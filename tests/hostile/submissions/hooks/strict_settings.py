"""Makes numbers, warnings and text stricter than anybody expects."""

from __future__ import annotations

from base import HONEST_HALF

ABOUT = "settings of numpy, decimal, warnings, locale, recursion and logging"

CELLS = [
    HONEST_HALF,
    r"""
import decimal, faulthandler, locale, logging, sys, warnings

np.seterr(all="raise")
np.set_printoptions(precision=0, threshold=0)
warnings.simplefilter("error")
decimal.getcontext().prec = 1
decimal.getcontext().traps = {signal: True for signal in decimal.getcontext().traps}
logging.raiseExceptions = True
logging.getLogger().handlers = [type("H", (logging.Handler,), {"emit": lambda *_: 1 / 0})()]
logging.getLogger().setLevel(0)
locale.setlocale(locale.LC_ALL, "C")
faulthandler.enable(open("faults.txt", "w"))
faulthandler.dump_traceback_later(0.2, repeat=True, exit=False, file=open("faults.txt", "w"))
sys.setrecursionlimit(200)
sys.setswitchinterval(1e-6)
sys.set_int_max_str_digits(640)
""",
]
