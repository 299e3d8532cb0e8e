"""Poisoned submissions, graded for real: their pages, and the class's, run nothing in a browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.batch import Silent, grade_round, write_overview
from grader.model import Assignment
from grader.pipeline import Rules
from grader.roster import Roster, RosterEntry
from grader.sandbox import offers
from grader.submission import discover

if TYPE_CHECKING:
    from conftest import Attack

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="chromium or chromedriver is not installed"
)
SECRET = "canary-secret-2b81da"
LEVEL = min(offer.level for offer in offers() if offer.available)
# Each is the name of a folder, so there is no slash in them.
STUDENTS = (
    "<script>window.__pwned=1<>",
    "'><img src=x onerror=window.__pwned=1>",
    "<svg onload=window.__pwned=1>",
    "javascript:window.__pwned=1",
    "a\u202egpj.exe\x1b[2J\u2066",
    "{{7*7}}${7*7}",
)


def handed_in(attack: Attack) -> Mapping[str, bytes]:
    """Return an attack as the files that a student hands in."""
    if attack.handed_in:
        return attack.handed_in
    if attack.entry:
        return {
            name: data if isinstance(data, bytes) else data.encode()
            for name, data in attack.files.items()
        }
    cells = [
        {"cell_type": "code", "metadata": {}, "source": cell, "outputs": []}
        for cell in attack.cells
    ]
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}
    return {"toolkit.ipynb": json.dumps(notebook).encode()}


@pytest.fixture(scope="module")
def results(
    tmp_path_factory: pytest.TempPathFactory, toolkit: Assignment, attacks: list[Attack]
) -> Path:
    """The results of a class in which everybody poisons names, files and content."""
    poisons = [attack for attack in attacks if attack.family == "poisoning"]
    assert len(poisons) == len(STUDENTS)
    folders, output = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("results")
    for student, attack in zip(STUDENTS, poisons, strict=True):
        (folders / student).mkdir()
        for name, data in handed_in(attack).items():
            (folders / student / name).write_bytes(data)
    attempts = discover([folders], assignment=toolkit.id)
    assert len(attempts) == len(poisons)
    everybody = [*(attempt.student for attempt in attempts), "<script>window.__pwned=1</script>"]
    roster = Roster(
        entries=tuple(
            RosterEntry(student=student, name=f"<b onclick=window.__pwned=1>{student}", line=line)
            for line, student in enumerate(everybody, start=2)
        )
    )
    round_ = grade_round(
        attempts,
        toolkit,
        Rules(secret=SECRET),
        output / toolkit.id,
        Silent(),
        roster=roster,
        processes=1,
        level=LEVEL,
    )
    scores = sorted(float(grade.score) for grade in round_.grades.values())
    assert scores == [0, 0, 50, 50, 50, 50, 50]
    write_overview(output, {output / toolkit.id: round_.grades})
    return output


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (
        "headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-sync",
        "disable-background-networking", "disable-component-update", "disable-dev-shm-usage",
        f"user-data-dir={tmp_path_factory.mktemp('profile')}",
    ):  # fmt: skip
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    chrome = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    yield chrome
    chrome.quit()


def foreign_requests(driver: webdriver.Chrome, page: str) -> list[str]:
    """Return the addresses that a page asked for, but for itself and what it carries.

    The browser's own start page (``chrome:``) may still be loading.
    """
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = [
        event["params"]["request"]["url"]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
    ]
    assert page in asked, "the log misses even the page itself"
    return [url for url in asked if url != page and not url.startswith(("data:", "chrome:"))]


TOUCH_EVERYTHING = """
document.querySelectorAll('details').forEach(one => { one.open = true });
for (const one of document.querySelectorAll('body *'))
  for (const kind of ['mouseover', 'focus', 'load', 'error', 'toggle'])
    one.dispatchEvent(new Event(kind));
"""
FOREIGN = (
    "main script, iframe, object, embed, form, base, video, audio, math, foreignObject, "
    "link:not([rel=icon]), meta[http-equiv=refresh], [style], [srcdoc], "
    + ", ".join(f"[on{kind}]" for kind in ("load", "error", "click", "focus", "toggle", "begin"))
)


def test_no_page_of_a_poisoned_class_acts(results: Path, driver: webdriver.Chrome) -> None:
    pages = sorted(results.rglob("*.html"))
    assert len(pages) == 2 + 2 * (len(STUDENTS) + 1)  # both of each student, the class, all classes
    for page in pages:
        for kind in ("browser", "performance"):
            driver.get_log(kind)  # what the page before said
        driver.get(page.as_uri())
        driver.execute_script(TOUCH_EVERYTHING)  # an open dialog would make this raise
        assert driver.execute_script("return window.__pwned") is None, page
        assert driver.get_log("browser") == [], page
        assert foreign_requests(driver, driver.current_url) == [], page
        assert driver.current_url == page.as_uri()
        found = driver.execute_script(
            f"return [...document.querySelectorAll({FOREIGN!r})].map(one => one.outerHTML)"
        )
        assert found == [], page
        schemes = driver.execute_script("return [...document.links].map(one => one.protocol)")
        assert set(schemes) <= {"file:", "http:", "https:", "mailto:"}, page


def test_the_poison_is_there_to_be_read(results: Path, driver: webdriver.Chrome) -> None:
    texts = []
    for page in sorted(results.rglob("*.html")):
        driver.get(page.as_uri())
        texts.append(driver.execute_script("return document.documentElement.textContent"))
    assert all("window.__pwned=1" in text for text in texts[1:]), "shown as what it is: text"
    assert sum("onerror=" in text for text in texts) > len(STUDENTS)
