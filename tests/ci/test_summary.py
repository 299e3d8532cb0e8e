"""The summary, read by the renderer that GitHub's own is made of."""

from __future__ import annotations

from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.ci import summary
from grader.ci.summary import code, fenced, inline
from grader.model import GradeStatus, Notice, Status
from grader.plaintext import plain

from .conftest import verdict

OURS = {"h2", "p", "table", "thead", "tbody", "tr", "th", "td", "code", "pre", "details", "summary"}
ROOM = 1024 * 1024
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</code></pre></details><b>out</b>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "| a | b |\n|---|---|",
    "```\n# out\n````\n<b>x</b>\n`````",
    "~~~\nx\n~~~",
    "www.evil.example and https://evil.example, a@evil.example",
    "*a* _b_ **c** ~~d~~ `e` $f$ :g: @someone #1 &lt; &#60; \\* \\|",
    "# heading\n\n- list\n1. list\n> quote\n---\n===\n\n    code",
    "<!-- x -->\n<details>\n[a]: b",
)
TEXTS = st.text() | st.lists(st.sampled_from([*HOSTILE, *"`<>|\\*_[]#\n ~$@:&-=w.", "www."])).map(
    "".join
)


class Page(HTMLParser):
    """What a page shows: its tags, and its text."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        options = Options.CMARK_OPT_UNSAFE  # as if nothing were filtered afterwards
        self.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, options))
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {f"{name}={value}" for name, value in attrs}

    def handle_comment(self, data):
        self.tags.append("comment")

    def handle_data(self, data):
        self.text += data.replace("\u2060", "")  # it parts what would be a link, and is not seen


@settings(max_examples=300)
@given(text=TEXTS)
def test_a_line_is_shown_as_it_is(text):
    line = " ".join(plain(text).replace("\u2060", "").split())
    shown = line if len(line) <= 200 else f"{line[:199]}…"
    for markdown, tags in (
        (f"x {inline(text)} y", ["p"]),
        (f"## x {inline(text)} y", ["h2"]),
        (f"x {code(text)} y", ["p", "code"] if line else ["p"]),
        (f"<details><summary>x {inline(text)} y</summary>\n\n</details>", ["details", "summary"]),
    ):
        page = Page(markdown)
        assert page.tags == tags
        assert " ".join(page.text.split()) == " ".join(f"x {shown} y".split())
    table = Page(f"| a | b |\n|---|---|\n| {inline(text)} | {code(text)} |\n")
    assert [tag for tag in table.tags if tag in {"tr", "td", "th"}] == ["tr", "th", "th", "tr"] + [
        "td"
    ] * 2


@settings(max_examples=300)
@given(text=TEXTS)
def test_a_block_is_shown_as_it_is(text):
    page = Page(f"before\n\n{fenced(text)}\nafter\n")
    assert page.tags == ["p", "pre", "code", "p"]
    assert page.text.startswith("before\n")
    assert page.text.rstrip().endswith("after")
    if len(text) < 1000:
        assert plain(text).replace("\u2060", "").rstrip() in page.text


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_grade_becomes_markup(result, text):
    """Whatever a student can shape: messages, notices, problems; and titles, for good measure."""
    lost = verdict(title=f"f() {text}", message=text, hint=text)
    notice = Notice(code="x", message=text, where=text)
    graded = result(lost, verdict(points="2"), warnings=(notice,), assignment_title=text)
    broken = result(
        lost, problem=text, status=GradeStatus.UNREADABLE, student="bob", submission="x"
    )
    page = Page(summary([graded, broken], remarks={text: "x"}, closing=text, room=ROOM))
    assert set(page.tags) <= OURS
    assert page.attributes <= {"align=right", "lang=text"}
    assert page.tags.count("details") == 1


def test_what_it_says(result):
    lost = verdict("f(2) is 4.", message="got 3, expected 4", hint="Twice as much.")
    half = verdict("g() halves.", points="1", status=Status.PARTIAL)
    page = Page(summary([result(lost, half, verdict(points="2"))], closing="Public.", room=ROOM))
    text = " ".join(page.text.split())
    assert "A toy: 3 of 6 points submissions/toy/ada/toy.py, ada" in text
    assert "❌ 0 of 2 f(2) is 4. 🔶 1 of 2 g() halves. ✅ 2 of 2" in text
    assert "submissions/toy/ada/toy.py:1 got 3, expected 4 Hint: Twice as much." in text
    assert text.endswith("Public.")


def test_several_submissions_begin_with_a_table_of_them(result):
    page = Page(summary([result(verdict(points="2")), result(verdict(), student="bob")], room=ROOM))
    text = " ".join(page.text.split())
    assert text.startswith("2 submissions Points Student Assignment File ✅ 2 of 2 ada A toy")
    assert "❌ 0 of 2 bob A toy" in text


def test_nothing_was_graded():
    text = summary([], remarks={"submissions/toy/ada": "was removed."}, room=ROOM)
    page = Page(text)
    assert page.text.split("\n")[0] == "Nothing was graded"
    assert "submissions/toy/ada was removed." in page.text


@pytest.mark.parametrize("room", [ROOM, 100_000, 5_000, 1_000, 200, 10, 0, -5])
def test_it_never_takes_more_room_than_there_is(result, room):
    """More is refused by GitHub as a whole, so whole parts are left out, and that is said."""
    lost = verdict(message="ä`<\n" * 2000, hint="Look.")
    results = [result(*[lost] * 20, student=f"s{n:03}") for n in range(40)]
    text = summary(results, closing="The end.", room=room)
    assert len(text.encode()) <= max(room, 0)
    page = Page(text)
    assert page.tags.count("details") == page.tags.count("summary") == text.count("</details>")
    assert text.count("```") % 2 == 0
    if room >= 200:
        assert "There was no room for more here" in page.text
        assert page.text.rstrip().endswith("The end.")


def test_all_of_it_where_there_is_room(result):
    results = [result(*[verdict(message="m")] * 5, student=f"s{n:03}") for n in range(20)]
    text = summary(results, room=ROOM)
    assert text.count("<details>") == 100
    assert "no room" not in text
