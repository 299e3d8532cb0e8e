"""The pages in a real browser: what a student wrote does not act, and the pages work for people."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from grader.model import Grade, Status, Transcript, Written
from grader.report import OverviewEntry, render_class, render_grade, render_overview

from .poisons import MARKDOWN_POISONS, POISONS, REMOTE, poisoned_grade, poisoned_transcript

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="chromium or chromedriver is not installed"
)

WRITTEN = Written(
    answers=f"1. {'Because ' * 40}\n2. $$y = {'w x + ' * 60} b$$\n\n# More\n\n| {'wide |' * 30}\n"
    f"|{'---|' * 30}\n\n```python\n{'x = 1; ' * 60}\n```",
    key_points=f"1. {'Therefore ' * 40}\n10. `{'code' * 40}`",
)


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


Opener = Callable[..., None]


@pytest.fixture
def show(driver: webdriver.Chrome, tmp_path: Path) -> Opener:
    """Open a page at a width, in a colour scheme, on screen or on paper."""

    def show(page: str, *, width: int = 1200, scheme: str = "light", media: str = "screen") -> None:
        driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]},
        )
        driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500},
        )
        for kind in ("browser", "performance"):
            driver.get_log(kind)  # what earlier pages said
        path = tmp_path / "page.html"
        path.write_text(page, encoding="utf-8")
        driver.get(path.as_uri())

    return show


def requests(driver: webdriver.Chrome) -> list[str]:
    """Addresses that the page asked for, but for itself and what it carries."""
    events = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = [
        e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"
    ]
    assert any(url.startswith("file:") for url in asked), "the log misses even the page itself"
    return [url for url in asked if not url.startswith(("data:", "file:"))]


def assert_harmless(driver: webdriver.Chrome) -> None:
    driver.execute_script(
        "document.querySelectorAll('details').forEach(one => { one.open = true });"
        "document.querySelectorAll('a, b, span').forEach(one => one.dispatchEvent("
        "new MouseEvent('mouseover', { bubbles: true })));"
    )  # an open dialog would make this raise
    assert driver.execute_script("return window.__pwned") is None
    assert driver.get_log("browser") == []
    assert requests(driver) == []
    assert driver.execute_script(
        "return document.querySelectorAll('main script, iframe, form, base, object, embed, "
        "link:not([rel=icon]), [onload], [onerror], [onclick], [onfocus], [ontoggle], "
        "[style]').length"
    ) == 0  # fmt: skip
    addresses = driver.execute_script("return [...document.links].map(link => link.protocol)")
    assert set(addresses) <= {"file:", "http:", "https:", "mailto:"}


@pytest.mark.parametrize("poison", POISONS, ids=range(len(POISONS)))
def test_a_poisoned_grade_does_nothing(poison: str, grade: Grade, driver, show: Opener):
    bad = poisoned_grade(grade, poison)
    for audience in ("student", "instructor"):
        show(render_grade(bad, None, audience=audience), width=390)
        assert_harmless(driver)
        assert driver.execute_script("return document.documentElement.scrollWidth") == 390
        assert len(driver.find_elements("css selector", ".tests > li")) == 12


def test_poisoned_cells_and_outputs_do_nothing(grade: Grade, driver, show: Opener):
    answers = "\n\n".join(MARKDOWN_POISONS)
    grade = grade.model_copy(update={"written": Written.model_construct(answers=answers)})
    show(render_grade(grade, poisoned_transcript(), audience="student"), width=390)
    assert_harmless(driver)
    cells = driver.find_elements("css selector", ".notebook > .cell")
    assert len(cells) == len(MARKDOWN_POISONS) + 1
    assert driver.execute_script("return document.documentElement.scrollWidth") == 390
    assert (
        driver.execute_script(
            "return [...document.querySelectorAll('img.figure')].at(-1).naturalWidth"
        )
        == 40
    )


def test_a_class_of_poisoned_names_does_nothing(grade: Grade, driver, show: Opener):
    grades = [poisoned_grade(grade, poison) for poison in POISONS]
    page = render_class(grades, title=POISONS[0], links={(poison, 1): poison for poison in POISONS})
    show(page, width=390)
    assert_harmless(driver)
    assert len(driver.find_elements("css selector", "tbody tr td.num")) == len(POISONS)
    assert driver.execute_script("return document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("kind", ["grade", "class"])
def test_the_policy_stops_what_got_in_all_the_same(kind: str, grade: Grade, driver, show: Opener):
    page = (
        render_grade(grade, None, audience="student")
        if kind == "grade"
        else render_class([grade], title="t", links={})
    )
    show(page.replace("</body>", f"<script>window.__pwned=1</script><img src='{REMOTE}'></body>"))
    assert driver.execute_script("return window.__pwned") is None
    said = " ".join(entry["message"] for entry in driver.get_log("browser"))
    assert "inline script" in said
    assert REMOTE in said


SORTED = "return [...document.querySelectorAll('tbody tr th bdi')].map(cell => cell.textContent)"
HEADS = (
    "return [...document.querySelectorAll('thead th')].map(head => head.getAttribute('aria-sort'))"
)


def class_page(grades: list[Grade]) -> str:
    return render_class(
        grades, title="The perceptron", links={(g.student, g.attempt): "x.html" for g in grades}
    )


def table_rows(driver) -> list[str]:
    return driver.execute_script(SORTED.replace("tbody", ".sortable tbody"))


def table_heads(driver) -> list[str | None]:
    return driver.execute_script(HEADS.replace("thead", ".sortable thead"))


def test_the_class_table_sorts_by_click(class_grades: list[Grade], driver, show: Opener):
    show(class_page(class_grades))
    names = [grade.student for grade in class_grades]
    assert table_rows(driver) == names
    assert table_heads(driver)[:3] == ["ascending", None, None]
    student, name, score = driver.find_elements("css selector", ".sortable thead button")[:3]
    score.click()
    by_score = sorted(class_grades, key=lambda grade: -grade.score)
    assert table_rows(driver) == [grade.student for grade in by_score]
    assert table_heads(driver)[:3] == [None, None, "descending"]
    score.click()
    assert table_heads(driver)[:3] == [None, None, "ascending"]
    assert table_rows(driver)[:2] == ["s03", "s07"]
    name.click()  # "Student 10" after "Student 9"
    assert table_rows(driver) == names
    student.click()
    student.click()
    assert table_rows(driver) == names[::-1]


def test_the_class_table_sorts_by_keyboard(class_grades: list[Grade], driver, show: Opener):
    show(class_page(class_grades))
    button = driver.find_elements("css selector", ".sortable thead button")[5]
    for key, order in (("\ue007", "ascending"), (" ", "descending")):  # Enter, then the space bar
        button.send_keys(key)
        assert table_heads(driver)[5] == order
    assert driver.switch_to.active_element == button
    assert driver.execute_script("return document.activeElement.matches(':focus-visible')")


def test_the_class_table_can_be_filtered(class_grades: list[Grade], driver, show: Opener):
    show(class_page(class_grades))
    driver.find_element("css selector", ".filter input").send_keys("unread")
    rows = driver.find_elements("css selector", ".sortable tbody tr")
    assert [row.text.split()[0] for row in rows if row.is_displayed()] == ["s07"]
    assert driver.find_element("id", "shown").get_attribute("textContent") == "1 of 30 rows shown"


@pytest.fixture
def pages(
    grade: Grade,
    transcript: Transcript,
    class_grades: list[Grade],
    with_metric: Callable[..., Grade],
) -> dict[str, str]:
    entry = OverviewEntry.of(class_grades, title="The perceptron", link="perceptron/index.html")
    worst = [
        verdict.model_copy(update={"status": status, "points": 0})
        for verdict, status in zip(grade.verdicts, Status, strict=False)
    ]
    every = grade.model_copy(update={"verdicts": tuple(worst), "status": "needs_review"})
    return {
        "student": render_grade(grade, transcript, audience="student"),
        "instructor": render_grade(every, transcript, audience="instructor"),
        "metric": render_grade(with_metric(grade, 0.7), None, audience="student"),
        "written": render_grade(
            grade.model_copy(update={"written": WRITTEN}), None, audience="instructor"
        ),
        "nothing written": render_grade(
            grade.model_copy(update={"written": WRITTEN.model_copy(update={"answers": ""})}),
            None,
            audience="student",
        ),
        "class": class_page(class_grades),
        "class with a metric": class_page([with_metric(one, 0.7) for one in class_grades[:3]]),
        "overview": render_overview([entry]),
    }


CONTRAST = """
const channel = c => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
const parse = text => text.match(/[\\d.]+/g).map(Number);
const light = rgb => .2126 * channel(rgb[0]) + .7152 * channel(rgb[1]) + .0722 * channel(rgb[2]);
const ground = node => {
  for (; node; node = node.parentElement) {
    const rgb = parse(getComputedStyle(node).backgroundColor);
    if (rgb.length === 3 || rgb[3] > 0) return rgb;
  }
  return [255, 255, 255];
};
const opacity = node => node ? getComputedStyle(node).opacity * opacity(node.parentElement) : 1;
document.querySelectorAll('details').forEach(one => { one.open = true });
const found = [];
for (const node of document.body.querySelectorAll('*')) {
  const text = [...node.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim()).join('');
  if (!text || !node.checkVisibility() || node.closest('.vh, script, title')) continue;
  const style = getComputedStyle(node);
  const back = ground(node), shade = opacity(node);
  const front = parse(node.namespaceURI.endsWith('svg') ? style.fill : style.color)
    .slice(0, 3).map((c, i) => c * shade + back[i] * (1 - shade));
  const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
  found.push([(a + .05) / (b + .05), text.slice(0, 40)]);
}
return found;
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_enough_contrast(scheme: str, pages: dict[str, str], driver, show: Opener):
    for page in pages.values():
        show(page, scheme=scheme)
        ratios = driver.execute_script(CONTRAST)
        assert len(ratios) > 5
        assert [pair for pair in ratios if pair[0] < 4.5] == []  # WCAG 2.2, 1.4.3
        ground = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
        assert (int(ground[4:].split(",")[0]) < 60) == (scheme == "dark")


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_no_page_scrolls_sideways(width: int, pages: dict[str, str], driver, show: Opener):
    for name, page in pages.items():
        show(page, width=width)
        assert (
            driver.execute_script(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            == 0
        ), name


def test_headings_landmarks_and_language(pages: dict[str, str], driver, show: Opener):
    for page in pages.values():
        show(page)
        levels = driver.execute_script(
            "return [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])"
        )
        assert levels.count(1) == 1
        assert levels[0] == 1
        steps = pairwise(levels)
        assert all(after <= before + 1 for before, after in steps), levels
        for landmark in (
            "html[lang=en]",
            "body > header",
            "body > main#main",
            "a.skip[href='#main']",
        ):
            assert len(driver.find_elements("css selector", landmark)) == 1
        ids = driver.execute_script("return [...document.querySelectorAll('[id]')].map(n => n.id)")
        assert len(ids) == len(set(ids))
        assert driver.get_log("browser") == []


COLUMNS = (
    "return new Set([...document.querySelectorAll('.beside > .cell')]"
    ".map(cell => cell.getBoundingClientRect().x)).size"
)


def test_answers_and_key_points_stand_side_by_side_where_there_is_room(
    pages: dict[str, str], driver, show: Opener
):
    for width, media, columns in ((1200, "screen", 2), (390, "screen", 1), (1200, "print", 1)):
        show(pages["written"], width=width, media=media)
        assert driver.execute_script(COLUMNS) == columns


def test_paper_shows_what_the_screen_folds(pages: dict[str, str], driver, show: Opener):
    seen = "return document.querySelector('details.fold:not([open]) pre').checkVisibility()"
    show(pages["student"])
    assert driver.execute_script(seen) is False
    show(pages["student"], media="print", scheme="dark")
    assert driver.execute_script(seen) is True
    ground = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
