"""Hands in what cannot be read, so that a page has to say why."""

from __future__ import annotations

import json

from poisons import POISONS

ABOUT = "a notebook whose problem quotes poison: its language, its kinds of cells, its name"

HONEST: dict[str, float] = {}

HANDED_IN = {
    "toolkit '><svg onload=window.__pwned=1>.ipynb": json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": {"name": POISONS[0], "language": POISONS[2]}},
            "cells": [{"cell_type": POISONS[0], "source": POISONS[0], "metadata": {}}],
        }
    ).encode(),
}
