from __future__ import annotations

from grader.model import Grade
from grader.report import OverviewEntry, render_overview


def test_every_assignment_is_linked_with_its_figures(class_grades: list[Grade]):
    entry = OverviewEntry.of(class_grades, title="A <b>", link="a/index.html")
    assert (len(entry.shares), entry.needs_review) == (29, 1)
    page = render_overview([entry, OverviewEntry("Empty", "b/index.html", ())])
    assert '<a href="./a/index.html">A &lt;b&gt;</a>' in page
    for text in ("2 assignments", "29 submissions", "mean 76.38%", "median 75%", "1 to review"):
        assert text in page
    assert "0 submissions" in page
    assert page.count('class="histogram"') == 1


def test_no_assignments():
    assert "Nothing has been graded yet." in render_overview([])
