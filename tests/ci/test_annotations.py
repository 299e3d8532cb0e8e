"""Annotations against what GitHub documents, by a reader that follows the runner's rules."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.ci import Annotation, Kind, command, commands_stopped, within_limits
from grader.ci.annotations import PER_KIND
from grader.ci.places import Place
from grader.plaintext import plain

COMMANDS = {"error", "warning", "notice", "set-output", "add-mask", "stop-commands", "save-state"}


def runner(log: str) -> list[tuple[str, dict[str, str], str]]:
    """Return the commands that the runner would obey, as its ActionCommandManager finds them."""
    obeyed = []
    stopped = ""
    for line in re.split(r"\r\n|\r|\n", log):
        found = re.match(r"\s*::([^:\s]*)(?: ([^\r\n]*?))?::(.*)", line)
        old = re.search(r"##\[([^\]\s;]+)[^\]]*\](.*)", line)
        if found:
            name, told, data = found[1], found[2] or "", found[3]
        elif old:
            name, told, data = old[1], "", old[2]
        else:
            continue
        if stopped:
            stopped = "" if name == stopped else stopped
        elif name == "stop-commands":
            stopped = data
        elif name in COMMANDS:
            properties = dict(part.split("=", 1) for part in told.split(",") if "=" in part)
            escapes = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
            for escape, character in escapes:
                properties = {k: v.replace(escape, character) for k, v in properties.items()}
            for escape, character in (("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
                data = data.replace(escape, character)
            obeyed.append((name, properties, data))
    return obeyed


def test_the_documented_form():
    place = Place("submissions/toy/ada/toy.py", line=7)
    made = Annotation(Kind.ERROR, "0 of 2 points", "f(2) is 4.\ngot 3, expected 4", place)
    assert command(made) == (
        "::error file=submissions/toy/ada/toy.py,line=7,title=0 of 2 points"
        "::f(2) is 4.%0Agot 3, expected 4"
    )


@pytest.mark.parametrize(
    ("character", "in_property", "in_message"),
    [
        ("%", "%25", "%25"),
        ("\n", "", "%0A"),  # a title is one line
        (":", "%3A", ":"),
        (",", "%2C", ","),
        ("%0A", "%250A", "%250A"),
    ],
)
def test_the_documented_escapes(character, in_property, in_message):
    made = Annotation(Kind.WARNING, f"t{character}", f"m{character}.")
    assert command(made) == f"::warning title=t{in_property}::m{in_message}."


HOSTILE = st.text() | st.sampled_from(
    [
        "x\n::set-output name=score::100",
        "x\r::add-mask::0",
        "::stop-commands::x",
        "##[set-output name=score]100",
        "a::b,c=d%0A::error::x",
        "file=x,line=1::",
        "\u2028::error::x\x85::error::y\x0b\x0c",
        "%",
    ]
)


@given(title=HOSTILE, message=HOSTILE, file=HOSTILE, line=st.integers(0, 10**6))
def test_no_text_becomes_another_command_or_property(title, message, file, line):
    place = Place(file, line)
    text = command(Annotation(Kind.ERROR, title, message, place))
    assert len(text.splitlines()) == 1
    [(name, properties, data)] = runner(text)
    assert name == "error"
    assert set(properties) <= {"file", "line", "title"}
    assert data == plain(message)
    assert properties.get("file", "") == plain(file)
    assert properties.get("line", "0") == str(line)
    assert properties.get("title", "") == plain(title.partition("\n")[0])


def test_long_texts_are_cut():
    text = command(Annotation(Kind.ERROR, "t" * 9999, "m" * 99999))
    [(_, properties, data)] = runner(text)
    assert len(properties["title"]) <= 255  # what the API of check runs takes
    assert len(data.encode()) <= 64 * 1024
    assert data.endswith("…")


@pytest.mark.parametrize(("errors", "warnings"), [(0, 0), (10, 10), (11, 0), (3, 40), (500, 500)])
def test_no_more_than_a_step_shows(errors, warnings):
    made = [Annotation(Kind.ERROR, f"e{n}", "") for n in range(errors)]
    made += [Annotation(Kind.WARNING, f"w{n}", "") for n in range(warnings)]
    chosen = within_limits(made)
    for kind in Kind:
        assert sum(one.kind is kind for one in chosen) <= PER_KIND == 10
    assert len(chosen) <= 50
    told = [one for one in chosen if one.kind is Kind.NOTICE]
    left = max(errors - 10, 0) + max(warnings - 10, 0)
    assert len(chosen) - len(told) == errors + warnings - left
    assert [one.message.split()[0] for one in told] == ([str(left)] if left else [])
    assert [one.title for one in chosen[:3]] == [one.title for one in made[:3]]


def test_nothing_that_is_printed_meanwhile_is_obeyed():
    stream = io.StringIO()
    with commands_stopped(stream, active=True):
        stream.write("::set-output name=score::100\n  ::add-mask::0\nx ##[add-mask]1\n")
        stream.write("::stop-commands::mine\n::mine::\n::error::no\nno newline at the end ::")
    stream.write("::notice::afterwards\n")
    assert runner(stream.getvalue()) == [("notice", {}, "afterwards")]


def test_commands_are_resumed_after_an_error_and_by_another_token_each_time():
    logs = []
    for _ in range(2):
        stream = io.StringIO()
        with pytest.raises(ValueError, match="x"), commands_stopped(stream, active=True):
            raise ValueError("x")
        assert runner(stream.getvalue() + "::error::seen\n") == [("error", {}, "seen")]
        logs.append(stream.getvalue())
    assert logs[0] != logs[1]
    assert all(len(log.split("::")[2].strip()) >= 32 for log in logs)


def test_where_nobody_reads_commands_nothing_is_printed():
    stream = io.StringIO()
    with commands_stopped(stream, active=False):
        pass
    assert stream.getvalue() == ""
