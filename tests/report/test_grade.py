from __future__ import annotations

import re
import time
from decimal import Decimal

from grader.feedback import student_view
from grader.model import Grade, GradeStatus, Status, Transcript, Written
from grader.report import render_grade


def section(page: str, start: str) -> str:
    """The page's text from a heading to the end of its section, without tags."""
    part = page.partition(f">{start}</h2>")[2].partition("</section>")[0]
    assert part, f"no section {start!r}"
    return " ".join(re.sub(r"<[^>]*>", " ", part).split())


def test_a_student_s_page_has_the_score_each_test_and_the_hints(
    grade: Grade, transcript: Transcript
):
    page = render_grade(student_view(grade), transcript, audience="student")
    assert "<h1><bdi>Ada Lovelace</bdi></h1>" in page
    assert 'aria-label="Score: 72.5 of 100 points"' in page
    assert "8 of 12 tests passed" in page
    tests = section(page, "Tests")
    for verdict in grade.verdicts:
        assert verdict.title in tests
    assert "A single row can be predicted passed 5 / 5 points" in tests
    assert "The error count falls to zero on separable data partly passed 7.5 / 15" in tests
    assert "Hint Does the bias learn too?" in tests
    assert "Size the bias column" not in tests  # nothing was lost there
    assert "5eed" not in page


def test_an_instructor_s_page_has_everything(grade: Grade, transcript: Transcript):
    page = render_grade(grade, transcript, audience="instructor")
    tests = section(page, "Tests")
    assert "test_9 hidden 0.11 s" in tests
    assert "the sign of entry 1 is flipped" in tests
    for text in ("5eed5eed5eed", "a" * 64, "numpy 1.26.4", "level A", "[bom]"):
        assert text in page


def test_a_student_s_page_shows_no_ids_or_durations(grade: Grade):
    page = render_grade(grade, None, audience="student")
    assert "test_9" not in page
    assert "0.11 s" not in page


def test_failing_cells_are_linked_from_the_top(grade: Grade, transcript: Transcript):
    page = render_grade(grade, transcript, audience="student")
    assert page.index('href="#cell-3"') < page.index('id="cell-3"')
    assert 'aria-label="Code cell 6, ran out of time"' in page
    assert "2 cells did not run to the end" in page
    assert "plot_line" in page.partition('<h2 id="tests"')[0]


def test_lost_points_are_open_and_passed_tests_are_not(grade: Grade):
    page = render_grade(grade, None, audience="instructor")
    assert page.count("<details open>") == 4
    assert "<details>" not in page


def test_a_grade_that_needs_review_says_so(class_grades: list[Grade]):
    page = render_grade(class_grades[9], None, audience="student")
    assert "This score is not final" in page
    assert "failed in one test; 5 points are neither given nor lost" in page
    assert "waits for review" in page


def test_an_unreadable_submission_shows_the_problem(class_grades: list[Grade]):
    page = render_grade(class_grades[7], None, audience="student")
    assert "could not be graded" in page
    assert "JSON error at line 312" in page
    assert 'id="tests"' not in page


def test_written_answers_stand_beside_the_key_points(grade: Grade):
    both = Written(answers="1. I *think* <b>so</b>", key_points="1. Because")
    page = render_grade(grade.model_copy(update={"written": both}), None, audience="instructor")
    told = section(page, "Written questions — not graded")
    assert told == "Answers I think &lt;b&gt;so&lt;/b&gt; Key points of model answers Because"
    assert "<em>think</em>" in page

    early = student_view(grade.model_copy(update={"written": both}))
    page = render_grade(early, None, audience="student")
    told = section(page, "Written questions — not graded")
    assert told == "Your answers I think &lt;b&gt;so&lt;/b&gt;"


def test_a_page_says_that_nothing_was_written_and_folds_the_key_points(grade: Grade):
    nothing = grade.model_copy(update={"written": Written(key_points="1. Because")})
    page = render_grade(nothing, None, audience="instructor")
    told = section(page, "Written questions — not graded")
    assert told == "Nothing was written in this part. Key points of model answers Because"
    page = render_grade(student_view(nothing), None, audience="student")
    assert section(page, "Written questions — not graded") == "Nothing was written in this part."


def test_a_page_is_silent_about_what_was_not_asked(grade: Grade):
    assert "Written questions" not in render_grade(grade, None, audience="instructor")


def test_nothing_handed_in(class_grades: list[Grade]):
    page = render_grade(class_grades[3], None, audience="student")
    assert "Nothing was handed in" in page


def test_an_assignment_of_no_points_can_be_shown(grade: Grade):
    empty = grade.model_copy(
        update={"score": Decimal(0), "max_score": Decimal(0), "verdicts": (), "environment": None}
    )
    assert "of 0 points" in render_grade(empty, None, audience="instructor")


def test_a_module_is_called_one(grade: Grade, transcript: Transcript):
    module = Transcript(kind="module", runs=transcript.runs[3:4])
    page = render_grade(grade, module, audience="student")
    assert "The module as it was run" in page
    assert "Code cell 1" not in page


def test_every_status_has_its_words(grade: Grade):
    for status in Status:
        one = grade.verdicts[0].model_copy(update={"status": status})
        page = render_grade(grade.model_copy(update={"verdicts": (one,)}), None, audience="student")
        assert f'href="#i-{status}"' in page
        assert f'<symbol id="i-{status}"' in page
    for state in GradeStatus:
        render_grade(grade.model_copy(update={"status": state}), None, audience="instructor")


def test_a_page_with_lone_surrogates_can_be_written_as_utf8(grade: Grade, transcript: Transcript):
    output = {"output_type": "stream", "name": "stdout", "text": "x\ud800y"}
    run = transcript.runs[1].model_copy(update={"outputs": (output,)})
    page = render_grade(grade, Transcript(runs=(run,)), audience="student")
    assert "x⟨U+D800⟩y" in page.encode().decode()


def test_a_page_of_thirty_cells_is_cheap(grade: Grade, transcript: Transcript):
    pictureless = transcript.runs[:5] + transcript.runs[6:]
    large = Transcript(runs=(pictureless * 4)[:30])
    times = []
    for _ in range(8):
        start = time.process_time()
        render_grade(grade, large, audience="instructor")
        times.append(time.process_time() - start)
    assert min(times) < 0.04  # 6 ms when nothing else runs; the margin is for slow machines
