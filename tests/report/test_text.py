from __future__ import annotations

import pytest

from grader.report.text import clip, excerpt, overwritten, terminal, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b", "a␀b"),
        ("a\x7fb", "a␡b"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\u2066b", "a⟨U+2066⟩b"),
        ("a\x85b", "a⟨U+0085⟩b"),
        ("a\ufeffb", "a⟨U+FEFF⟩b"),
        ("a\ud800b", "a⟨U+D800⟩b"),
        ("tab\tnew\nline é 漢 👩‍🔬", "tab\tnew\nline é 漢 👩‍🔬"),
    ],
)
def test_invisible_characters_become_signs(text: str, shown: str):
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("\x1b[31mred\x1b[0m rest", '<span class="fg1">red</span> rest'),
        ("\x1b[1;32mx\x1b[39my\x1b[22mz", '<span class="fg2 b">x</span><span class="b">y</span>z'),
        ("\x1b[38;5;28mx", '<span class="fg2">x</span>'),
        ("\x1b[38;5;9mx", '<span class="fg1">x</span>'),
        ("\x1b[38;5;250mx", '<span class="fg7">x</span>'),
        ("\x1b[38;2;255;31;0mx", "x"),
        ("\x1b[2J\x1b]0;title\x07text", "text"),
        ("\x1b[31m<b>\x1b[0m", '<span class="fg1">&lt;b&gt;</span>'),
        ("\x1b[99999999999mx", "x"),
    ],
)
def test_terminal_colours_become_spans(text: str, markup: str):
    assert terminal(text) == markup


def test_a_progress_bar_shows_its_last_state():
    assert overwritten(" 0%\r50%\r100%\r\nnext\r") == "100%\nnext"


def test_clip_keeps_both_ends_and_counts_what_is_missing():
    assert clip("a\nb") == ("a\nb", "", "")
    cut = clip("\n".join(map(str, range(1000))), lines=30)
    assert cut.head.endswith("\n19")
    assert cut.tail.split("\n") == [str(number) for number in range(990, 1000)]
    assert cut.note == "970 lines left out"
    assert clip("x" * 100 + "y" * 50, characters=90) == (
        "x" * 60,
        "y" * 30,
        "60 characters left out",
    )


def test_an_excerpt_of_a_long_text_says_so():
    markup = excerpt("<\n" * 2000 + "end")
    assert "1,601 lines left out" in markup
    assert markup.endswith("end")
    assert markup.count("&lt;") == 399
