from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from grader.datasets import EXAMPLE_SEED, as_csv, twin
from grader.datasets.published import PUBLISHED, PublishedFile
from grader.errors import UsageError

TEXT = b'"pH";"quality"\n3.5;5\n3.1;7\n'


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that GRADER_DATA_DIR names; the only published wine is TEXT, and unreachable."""
    folder = tmp_path / "given"
    folder.mkdir()
    monkeypatch.setenv("GRADER_DATA_DIR", str(folder))
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    digest = hashlib.sha256(TEXT).hexdigest()
    file = PublishedFile("wine.csv", "http://127.0.0.1:9/wine.csv", digest, len(TEXT))
    monkeypatch.setitem(PUBLISHED, "wine", replace(PUBLISHED["wine"], files=(file,)))
    return folder


def test_list_says_what_is_here_and_how_to_get_the_rest(given, call):
    (given / "wine.csv").write_bytes(TEXT)
    lines = call("data", "list").output.splitlines()
    text = "\n".join(lines)
    assert [line.split()[0] for line in lines[::2]] == ["wine", "housing", "mnist", "digits"]
    assert f"{given}; licence: CC BY 4.0" in text
    assert "not here: `grader data fetch housing` gets it" in text
    assert "comes with scikit-learn" in text
    assert ["has a twin" in line for line in lines[::2]] == [True, True, False, False]


def test_list_json_is_for_programs(given, call):
    listed = {item["name"]: item for item in json.loads(call("data", "list", "--json").output)}
    assert listed["digits"]["available"]
    assert not listed["wine"]["available"]
    assert (listed["housing"]["rows"], listed["housing"]["columns"]) == (20640, 8)
    assert [name for name, item in listed.items() if item["twin"]] == ["wine", "housing"]


def test_fetch_keeps_what_is_there_and_right(given, call):
    (given / "wine.csv").write_bytes(TEXT)
    result = call("data", "fetch", "wine")
    assert result.exit_code == 0
    assert result.output == f"wine: {given / 'wine.csv'}\n"


def test_fetch_without_a_network_says_what_to_do(given, call):
    result = call("data", "fetch", "wine")
    assert result.exit_code == 2
    assert "wine.csv could not be downloaded: no connection to 127.0.0.1" in result.stderr
    assert "GRADER_DATA_DIR" in result.stderr
    assert "Traceback" not in result.stderr


def test_fetch_goes_on_after_a_file_that_cannot_be_had(given, call, monkeypatch):
    monkeypatch.setitem(PUBLISHED, "housing", PUBLISHED["wine"])
    monkeypatch.delitem(PUBLISHED, "mnist")
    result = call("data", "fetch")
    assert result.exit_code == 2
    assert result.stderr.count("could not be downloaded") == 2


def test_verify_tells_right_wrong_and_missing_files_apart(given, call):
    (given / "wine.csv").write_bytes(TEXT)
    right = call("data", "verify")
    assert right.exit_code == 0  # what was not named may be missing
    assert f"✓ wine: {given / 'wine.csv'} is right" in right.output
    assert "· housing: cal_housing.data is not here" in right.output
    (given / "wine.csv").write_bytes(TEXT[:-1])
    wrong = call("data", "verify")
    assert wrong.exit_code == 1
    assert f"✗ wine: {given / 'wine.csv'} is wrong" in wrong.output
    assert hashlib.sha256(TEXT).hexdigest() in wrong.output
    assert hashlib.sha256(TEXT[:-1]).hexdigest() in wrong.output
    assert "Replace it by the published file" in wrong.output


def test_verify_fails_for_what_was_named_and_is_missing(given, call):
    assert call("data", "verify", "housing").exit_code == 1
    result = call("data", "verify", "housing", "--json")
    assert result.exit_code == 1
    (entry,) = json.loads(result.output)
    assert (entry["file"], entry["status"]) == ("cal_housing.data", "missing")


@pytest.mark.parametrize("command", ["fetch", "verify"])
@pytest.mark.parametrize(
    ("name", "message"),
    [("iris", "there is no data set 'iris'"), ("digits", "digits comes with scikit-learn")],
)
def test_names_without_files_are_told(given, call, command, name, message):
    with pytest.raises(UsageError, match=message) as caught:
        call("data", command, name)
    assert "Name wine, housing, mnist" in caught.value.remedy


def test_csv_is_the_examples_first_rows(call, tmp_path):
    path = tmp_path / "wine.csv"
    result = call("data", "csv", "wine", "--rows", 30, "-o", path)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert path.read_bytes() == as_csv(twin("wine", 30, EXAMPLE_SEED)).encode()
    printed = call("data", "csv", "wine", "--rows", 20).stdout
    assert path.read_text().startswith(printed)
    assert len(printed.splitlines()) == 21


def test_csv_mistakes_are_told(call, tmp_path):
    with pytest.raises(UsageError, match="there is no twin of 'mnist'"):
        call("data", "csv", "mnist", "--rows", 3)
    with pytest.raises(UsageError, match="the file cannot be written: No such file"):
        call("data", "csv", "wine", "--rows", 3, "-o", tmp_path / "none" / "wine.csv")
    assert call("data", "csv", "wine", "--rows", 0).exit_code == 2


def test_a_wrong_data_folder_is_an_error_not_a_traceback(start):
    process = start("data", "list", GRADER_DATA_DIR="/no/such/folder")
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 2
    assert output == ""
    assert errors.startswith("error GRADER_DATA_DIR names '/no/such/folder'")
