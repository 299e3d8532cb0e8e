"""Written questions: the part is found, answers are told from questions, key points are kept."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path
from typing import Any

import pytest

from grader.batch.folder import FEEDBACK, ResultsFolder
from grader.catalog import find_course, load_assignment
from grader.feedback import student_view
from grader.model import Assignment, Cell, CellKind, Submission, WrittenQuestions
from grader.pipeline import Rules, grade_submission
from grader.release import write_starter
from grader.submission import discover, read
from grader.written import MAX_ANSWERS, asked, key_points, written_answers

COURSE = find_course(Path(__file__).parents[1])
QUESTIONS = (
    "Answer briefly.\n\n1. Why random weights?\n2. What does a loss prove?\n\n*Your answers:*"
)
PART = f"## 2. Written questions\n\n{QUESTIONS}"
STARTER = ("# Task\n\nText.", PART, "## 3. Check your work\n\nRun it.")
SOLUTION = '''\
# %% [markdown]
# # Task

# %% [markdown] tags=["instructor"]
# Outside of the part.

# %%
def f(x):
    """Double."""
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION

# %% [markdown]
# ## 2. Written questions
#
# Answer briefly.
#
# 1. Why random weights?
# 2. What does a loss prove?
#
# *Your answers:*

# %% [markdown] tags=["instructor"]
# ### Model answers
#
# 1. CANARY breaks the symmetry.

# %% [markdown] tags=["hard", "instructor"]
# 2. Nothing.

# %% [markdown]
# ## 3. Check your work

# %% [markdown] tags=["instructor"]
# Outside again.
'''
HIDDEN = """
@pytest.mark.points(10)
def test_two(submission):
    '''f(2) is 4.'''
    assert submission.f(2) == 4
"""


def text(*sources: str, code_after: int = 0) -> Submission:
    """A notebook of text cells, with a code cell behind the first ``code_after`` of them."""
    cells = [Cell(kind=CellKind.MARKDOWN, source=source) for source in sources]
    if code_after:
        cells.insert(code_after, Cell(kind=CellKind.CODE, source="# ## 3. Check your work\nx = 1"))
    return Submission(student="ada", path="ada.ipynb", cells=tuple(cells))


def answers(submission: Submission) -> str:
    """What is told of a submission to the starter above."""
    written = written_answers(submission, asked(STARTER))
    assert written is not None
    return written.answers


# --- the part ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    ["# Written questions", "### 11. Written Questions ##", "## 2) **Written questions:**"],
)
def test_a_part_has_any_level_and_number(heading: str):
    level = heading.index(" ")
    found = asked(["# Task", f"{heading}\n\nWhy?\n\n{'#' * (level + 1)} A\n\nB", "# End\n\nC"])
    assert found is not None
    assert found.questions == f"Why?\n\n{'#' * (level + 1)} A\n\nB"
    assert set(found.others) == {"task", "end"}


@pytest.mark.parametrize(
    "text",
    ["# Task", "Written questions", "## Unwritten questions", "```\n## Written questions\n```", ""],
)
def test_what_is_no_part(text: str):
    assert asked([text]) is None


def test_an_assignment_that_asks_nothing_tells_nothing():
    assert written_answers(text(PART), None) is None


def test_what_could_not_be_read_tells_nothing():
    unreadable = text().model_copy(update={"problem": "damaged"})
    assert written_answers(unreadable, asked(STARTER)) is None


# --- answers -------------------------------------------------------------------------------------


def test_answers_below_the_questions_are_told_without_them():
    assert answers(text("# Task", f"{PART}\n\n1. Symmetry.\n2. None.", STARTER[2])) == (
        "1. Symmetry.\n2. None."
    )


def test_answers_in_the_place_of_the_prompt():
    assert answers(text(f"{PART.removesuffix('*Your answers:*')}1. Symmetry.")) == "1. Symmetry."
    assert answers(text(f"{PART} Symmetry.")) == "Symmetry."


def test_cells_that_were_added_belong_to_the_part_whatever_their_headings():
    added = ("# Question 1\n\nSymmetry.", "## 2.\n\n```python\n# 3. Check your work\n```")
    told = answers(text(*STARTER[:2], *added, STARTER[2], code_after=3))
    assert told == "\n\n".join(added)


def test_answers_between_the_questions_are_told_with_them():
    between = PART.replace("weights?", "weights? To break the symmetry.")
    assert answers(text(between)) == between.partition("\n\n")[2]


def test_raw_cells_are_text():
    raw = Cell(kind=CellKind.RAW, source="Symmetry.")
    submission = text(PART)
    submission = submission.model_copy(update={"cells": (*submission.cells, raw)})
    assert answers(submission) == "Symmetry."


@pytest.mark.parametrize(
    "sources",
    [
        STARTER,
        ("# Task", f"{PART}\n\n"),
        ("# Task", PART.replace("\n2. What does a loss prove?", "")),
        ("# Task",),
        (),
    ],
)
def test_nothing_was_written(sources: tuple[str, ...]):
    assert answers(text(*sources)) == ""


def test_long_answers_are_cut_and_say_so():
    told = answers(text(f"{PART}\n\n{'word ' * 10_000}"))
    assert len(told) < MAX_ANSWERS + 100
    assert told.endswith("*(33,999 more characters are in what was handed in)*")


@pytest.mark.parametrize("odd", ["#" + " " * 200_000 + "x", "`" * 200_000, "*" * 200_000])
def test_text_that_would_take_a_careless_pattern_hours(odd: str):
    assert answers(text(f"{PART}\n\nstart\n{odd}")).startswith("start")
    module = f"# %% [markdown] {'tags=[' * 50_000}\n# # Written questions\n# start\n# {odd}"
    cells = (Cell(kind=CellKind.CODE, source=module),)
    submission = Submission(student="ada", path="toy.py", kind="module", cells=cells)
    assert answers(submission).startswith("start")


def test_a_module_has_its_text_in_comments_or_strings():
    head = "import numpy as np\n\n# %% [markdown]\n"
    comments = textwrap.indent(f"{PART}\n\n1. Symmetry.", "# ", lambda _: True)
    tail = '\n\n# %%\nx = 1  # not text\n\n# %% [md]\n"""\n2. None.\n"""\n'
    end = "\n# %% [markdown]\n# ## 3. Check your work\n"
    source = f"{head}{comments}\ny = 2\n# not text{tail}{end}"
    module = Submission(
        student="ada",
        path="toy.py",
        kind="module",
        cells=(Cell(kind=CellKind.CODE, source=source),),
    )
    assert answers(module) == "1. Symmetry.\n\n2. None."


# --- key points ----------------------------------------------------------------------------------


def test_key_points_are_the_instructor_s_cells_of_the_part():
    assert key_points(SOLUTION) == "1. CANARY breaks the symmetry.\n\n2. Nothing."


def test_a_solution_without_such_a_part_has_no_key_points():
    assert key_points(SOLUTION.replace("Written questions", "Questions")) == ""


# --- from the assignment to what a student sees --------------------------------------------------


@pytest.fixture
def toy(course: Any) -> Assignment:
    """An assignment with a starter, a reference, and questions."""
    first = course.assignment(HIDDEN, reference=SOLUTION)
    write_starter(first)
    return load_assignment(first.folder, reference=first.reference)


def test_the_catalog_reads_questions_and_key_points(toy: Assignment):
    assert toy.written == WrittenQuestions(
        questions=QUESTIONS,
        others=("check your work", "task"),
        key_points="1. CANARY breaks the symmetry.\n\n2. Nothing.",
    )
    at_home = load_assignment(toy.folder, reference=None)
    assert at_home.written == toy.written.model_copy(update={"key_points": ""})


def test_a_damaged_starter_asks_nothing(toy: Assignment):
    (toy.folder / "starter" / "toy.ipynb").write_text("{")
    assert load_assignment(toy.folder, reference=toy.reference).written is None


@pytest.mark.parametrize("name", ["toy.ipynb", "toy.py"])
def test_key_points_reach_a_student_after_the_due_date(toy: Assignment, tmp_path: Path, name: str):
    """As a class is graded: what is written for students is searched for the key points."""
    handed_in = tmp_path / "ada" / name
    handed_in.parent.mkdir()
    starter = (toy.folder / "starter" / name).read_text(encoding="utf-8")
    if name.endswith("py"):
        starter = starter.replace("answers:*", "answers:*\n#\n# ONLY <b>mine</b>")
    else:
        notebook = json.loads(starter)
        (cell,) = (c for c in notebook["cells"] if "*Your answers:*" in "".join(c["source"]))
        cell["source"] = [*cell["source"], "\n\nONLY <b>mine</b>"]
        starter = json.dumps(notebook)
    handed_in.write_text(starter, encoding="utf-8")

    [attempt] = discover([handed_in.parent], assignment="toy")
    graded = grade_submission(read(attempt, assignment=toy), toy, Rules())
    assert graded.grade.written is not None
    assert graded.grade.written.answers == "ONLY <b>mine</b>"
    assert "CANARY" in graded.grade.model_dump_json()
    assert "CANARY" not in student_view(graded.grade).model_dump_json()

    for after_due in (False, True):
        out = tmp_path / f"out-{after_due}"
        ResultsFolder(out, after_due=after_due).write("ada", graded.grade, graded.transcript)
        assert "CANARY" in (out / "ada.html").read_text(encoding="utf-8")
        seen = list((out / FEEDBACK).iterdir())
        assert {path.suffix for path in seen} == {".html", ".json"}
        for path in seen:
            content = path.read_text(encoding="utf-8")
            assert ("CANARY" in content) == after_due
            assert "ONLY" in content
        page = (out / FEEDBACK / "ada.html").read_text(encoding="utf-8")
        assert "ONLY &lt;b&gt;mine&lt;/b&gt;" in page


# --- this course ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COURSE.ids)
def test_handouts_ask_what_starters_ask_and_key_points_answer_it(name: str):
    assignment = COURSE.assignment(name, calibrated=False)
    handout = (assignment.folder / "README.md").read_text(encoding="utf-8")
    in_handout = asked([handout])
    if assignment.written is None:
        assert in_handout is None
        return
    assert in_handout is not None
    wanted = numbered(assignment.written.questions)
    assert len(wanted) >= 5
    assert numbered(in_handout.questions) == wanted
    answered = numbered(assignment.written.key_points)
    assert len(answered) == len(wanted)
    module = (assignment.folder / "starter" / f"{name}.py").read_text(encoding="utf-8")
    given = " ".join(module.replace("#", " ").split())
    assert not [question for question in wanted if question not in given]
    assert not [answer for answer in answered if answer in given]


def numbered(text: str) -> list[str]:
    """The items of a numbered list, without their layout."""
    items = re.split(r"^\d+\. ", text, flags=re.MULTILINE)[1:]
    return [" ".join(re.split(r"\n\n", item)[0].split()) for item in items]
