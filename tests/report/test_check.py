"""What is shown below the cell that asked for a check."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from grader.checks import assert_close, assert_equal
from grader.model import Status, Verdict, Visibility
from grader.report import PartsGroup, PartView, render_check, render_parts
from grader.report.check import Message, message_parts

POISON = "<script>window.__pwned=1</script><img src=x onerror=window.__pwned=1>'\"&\x1b[2J\u202e"
VOID = {"br", "img"}


def verdict(
    status: Status, message: str = "", *, title: str = "It works.", hint: str = ""
) -> Verdict:
    return Verdict(
        id="t", title=title, visibility=Visibility.PUBLIC, status=status, message=message,
        hint=hint, points=Decimal(status is Status.PASSED), max_points=Decimal(1),
    )  # fmt: skip


def page(*verdicts: Verdict, **fields: str) -> str:
    return render_check(verdicts, title="Toy", score="1 of 2 points", **fields)


class Reader(HTMLParser):
    """Elements and text of a fragment, which has to be well formed."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def difference(actual: object, expected: object) -> str:
    with pytest.raises(AssertionError) as failure:
        assert_close(actual, expected, name="dW", factors={"batch size": 3})
    return str(failure.value)


def test_a_comparison_is_taken_apart() -> None:
    right = np.array([[1.0, 2.0], [3.0, 4.0]])
    message = message_parts(f"the loss is right\n{difference(3 * right, right)}")
    assert message.told.startswith("the loss is right\ndW is wrong at 4 of 4 entries")
    assert message.pattern == "equal up to the factor 3, which is the batch size"
    assert message.got == "[[ 3.  6.]\n [ 9. 12.]]"
    assert message.expected == "[[1. 2.]\n [3. 4.]]"
    assert message.details.startswith("largest absolute difference 8 at [1, 1]")


def test_deeper_arrays_stay_aligned() -> None:
    message = message_parts(difference(np.zeros((2, 2, 2)), np.arange(8.0).reshape(2, 2, 2)))
    assert message.expected == "[[[0. 1.]\n  [2. 3.]]\n\n [[4. 5.]\n  [6. 7.]]]"


def test_other_messages_are_told_as_they_are() -> None:
    text = "In [3], line 2: ValueError: no\nThis cell failed: no"
    assert message_parts(text) == Message(told=text)
    with pytest.raises(AssertionError) as failure:
        assert_equal({"a": 1}, {"A": 1})
    assert message_parts(str(failure.value)).told


def test_everything_about_a_test_is_there() -> None:
    right = np.array([[1.0, 2.0], [3.0, 4.0]])
    message = difference(3 * right, right)
    read = Reader(page(verdict(Status.FAILED, message, hint="Divide by it.")))
    for text in (
        "Toy", "1 of 2 points", "✗ failed", "It works.", "0 / 1", "dW is wrong at 4 of 4",
        "Explanation:", "batch size", "Your code gave", "[[ 3.  6.]", "Expected", "[[1. 2.]",
        "Try this:", "Divide by it.",
    ):  # fmt: skip
        assert text in read.text, text


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_sign_and_a_word(status: Status) -> None:
    read = Reader(page(verdict(status, "Because.")))
    assert re.search(r"[✓◐✗–!] \w+", read.text)
    assert ("Because." in read.text) == (status is not Status.PASSED)


def test_only_the_first_reasons_are_unfolded() -> None:
    read = Reader(page(*[verdict(Status.FAILED, "Because.") for _ in range(6)]))
    folds = ["open" in attributes for tag, attributes in read.elements if tag == "details"]
    assert folds == [True, True, True, False, False, False]
    assert sum(tag == "li" for tag, _ in read.elements) == 6


def test_a_students_text_stays_text() -> None:
    sources = (
        page(verdict(Status.FAILED, POISON, title=POISON, hint=POISON), problem=POISON),
        render_parts(
            [PartsGroup(POISON, POISON, (PartView(POISON, "open", POISON, POISON),))], note=POISON
        ),
    )
    for source in sources:
        read = Reader(source)
        assert not {"script", "img", "style", "link", "iframe"} & {tag for tag, _ in read.elements}
        assert not {"\x1b", "\u202e"} & set(source)
        assert "<script>window.__pwned=1</script>" in read.text
        assert {name for _, found in read.elements for name in found} <= {
            "style", "open", "aria-hidden",
        }  # fmt: skip


def test_why_nothing_was_run() -> None:
    read = Reader(page(problem="No such part."))
    assert "The check could not be run. No such part." in read.text


# --- in a browser ------------------------------------------------------------------------------

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
in_a_browser = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="chromium or chromedriver is not installed"
)

# Ground and text of a cell's output, as these set them: JupyterLab, VS Code, Colab.
SURROUNDINGS = {
    "JupyterLab": ("#fff", "rgba(0,0,0,.87)"),
    "JupyterLab dark": ("#111", "#fff"),
    "VS Code": ("#fff", "#3b3b3b"),
    "VS Code dark": ("#1f1f1f", "#ccc"),
    "Colab dark": ("#383838", "#d5d5d5"),
}
CONTRAST = """
const channel = c => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
const parse = text => [...text.match(/[\\d.]+/g).map(Number), 1].slice(0, 4);
const light = rgb => .2126 * channel(rgb[0]) + .7152 * channel(rgb[1]) + .0722 * channel(rgb[2]);
const over = (top, back) => back.map((c, i) => i < 3 ? top[i] * top[3] + c * (1 - top[3]) : 1);
const ground = node => {
  if (!node) return [255, 255, 255, 1];
  return over(parse(getComputedStyle(node).backgroundColor), ground(node.parentElement));
};
const opacity = node => node ? getComputedStyle(node).opacity * opacity(node.parentElement) : 1;
document.querySelectorAll('details').forEach(one => { one.open = true });
const found = [];
for (const node of document.body.querySelectorAll('*')) {
  const text = [...node.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join('');
  if (!text) continue;
  const back = ground(node), front = parse(getComputedStyle(node).color);
  front[3] *= opacity(node);
  const [a, b] = [light(over(front, back)), light(back)].sort((x, y) => y - x);
  found.push([(a + .05) / (b + .05), text.slice(0, 40)]);
}
return found;
"""


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (
        "headless", "no-sandbox", "disable-gpu", "disable-dev-shm-usage", "no-first-run",
        "disable-background-networking", f"user-data-dir={tmp_path_factory.mktemp('profile')}",
    ):  # fmt: skip
        options.add_argument(f"--{flag}")
    chrome = webdriver.Chrome(options, webdriver.ChromeService(DRIVER))
    yield chrome
    chrome.quit()


@in_a_browser
@pytest.mark.parametrize("place", list(SURROUNDINGS))
def test_it_can_be_read_wherever_notebooks_are_shown(driver, place: str, tmp_path: Path) -> None:
    right = np.array([[1.0, 2.0], [3.0, 4.0]])
    checked = page(
        *[verdict(status, difference(-right, right), hint="Turn it round.") for status in Status],
        verdict(Status.FAILED, f"{'A' * 500} {POISON}", title="B" * 500),
        problem="No.",
        note="More.",
    )
    group = PartsGroup("Toy", "2 points", (PartView("a" * 60, "open", "not run yet", "1 test"),))
    ground, ink = SURROUNDINGS[place]
    path = tmp_path / "page.html"
    path.write_text(
        "<!doctype html><meta name='viewport' content='width=device-width'>"
        f"<body style='background:{ground};color:{ink};margin:8px'>"
        f"{checked}{render_parts([group], note='More.')}",
        encoding="utf-8",
    )
    for width in (360, 1200):
        driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500},
        )
        driver.get(path.as_uri())
        assert driver.execute_script("return document.documentElement.scrollWidth") <= width
        ratios = driver.execute_script(CONTRAST)
        assert len(ratios) > 50
        assert [pair for pair in ratios if pair[0] < 4.5] == []  # WCAG 2.2, 1.4.3
        assert driver.execute_script("return window.__pwned") is None
