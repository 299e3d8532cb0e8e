from __future__ import annotations

import pytest

from grader.report.prose import prose


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](file:///etc/passwd)",
        "[a](//example.org/x)",
        "[a](http:javascript)",
        "![a](http://example.org/x.png)",
        "![a](data:image/svg+xml;base64,AAAA)",
        "<javascript:alert(1)>",
        "[a]: javascript:alert(1)\n\n[a]",
    ],
)
def test_nothing_in_markdown_can_act(source: str):
    markup = str(prose(source))
    for tag in ("<script", "<img", "<a ", "<iframe"):
        assert tag not in markup


def test_links_to_the_web_stay_and_tell_nothing_about_the_reader():
    link = '<a href="https://example.org/?a=1&amp;b" rel="noopener noreferrer nofollow">x</a>'
    assert link in prose("[x](https://example.org/?a=1&b)")


def test_headings_stand_below_those_of_the_page():
    assert prose("# A\n\n###### B") == "<h3>A</h3>\n<h6>B</h6>\n"


def test_tables_have_no_inline_style():
    markup = prose("| a | b |\n|:--|--:|\n| 1 | 2 |")
    assert "<td>1</td>" in markup
    assert "style" not in markup


def test_formulas_stay_as_typed():
    assert '<span class="math">$w_1 * x_1 * y$</span>' in prose("so $w_1 * x_1 * y$ is")
    assert '<span class="math">$$\na_1 &lt; b_2\n$$</span>' in prose("$$\na_1 < b_2\n$$")
    assert '<span class="math">$a +\nb$</span>' in prose("- so $a +\n  b$ is")
    assert "costs $5 or $6" in prose("costs $5 or $6")


def test_long_markdown_is_cut_with_a_note():
    assert "characters left out" in prose("word " * 10_000)
