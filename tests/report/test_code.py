from __future__ import annotations

import html
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report.code import highlight
from grader.report.text import visible


def plain(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


@given(st.text(alphabet="\"'\\#\n @%!frx0_.ab1<>&\x00 defclass", max_size=60))
def test_the_text_is_kept_and_no_character_becomes_markup(source: str):
    markup = str(highlight(source))
    assert plain(markup) == visible(source)
    assert set(re.findall(r"<[^>]*>", markup)) <= {f'<span class="{c}">' for c in "cmsdfkon"} | {
        "</span>"
    }


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(x):", '<span class="k">def</span> <span class="f">f</span>(x):'),
        ("x.sum(), sum(x)", 'x.sum(), <span class="o">sum</span>(x)'),
        ("a = 1e-3 # c", 'a = <span class="n">1e-3</span> <span class="c"># c</span>'),
        ("rb'''b\nc'''+x", '<span class="s">rb&#39;&#39;&#39;b\nc&#39;&#39;&#39;</span>+x'),
        (
            "%matplotlib inline\nx % 2",
            '<span class="m">%matplotlib inline</span>\nx % <span class="n">2</span>',
        ),
        ("@property", '<span class="d">@property</span>'),
        ("x = 'open", 'x = <span class="s">&#39;open</span>'),
    ],
)
def test_what_has_a_colour(source: str, expected: str):
    assert highlight(source) == expected


@pytest.mark.parametrize("part", ['"', "'", "\\", '"""\\', "def ", "0x", "1e", " ", "@a."])
def test_hostile_source_takes_linear_time(part: str):
    start = time.process_time()
    highlight(part * 30_000)
    assert time.process_time() - start < 2
