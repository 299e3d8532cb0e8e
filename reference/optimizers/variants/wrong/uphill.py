"""Every update adds its step instead of subtracting it."""

import solution
from solution import *  # noqa: F403


def uphill(update):
    """Return the update with its step turned round."""

    def climb(w, grad, state, lr, **options):
        lower, state = update(w, grad, state, lr, **options)
        return 2.0 * w - lower, state

    return climb


solution.UPDATES.update({name: uphill(update) for name, update in solution.UPDATES.items()})
