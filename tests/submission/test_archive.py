from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from grader.errors import SubmissionError
from grader.submission.archive import unpack
from grader.submission.contents import MAX_FILES

Zipped = Callable[[dict[str, str | bytes]], bytes]


def problem(data: bytes) -> str:
    with pytest.raises(SubmissionError) as caught:
        unpack(data)
    assert caught.value.remedy
    return caught.value.message


def test_files_come_by_clean_path_without_the_systems_own(zipped: Zipped) -> None:
    data = zipped(
        {
            "hw/a.py": "x = 1",
            "hw\\data\\b.csv": b"1,2",
            "./c.txt": "c",
            "__MACOSX/hw/._a.py": "",
            "hw/.DS_Store": "",
            "hw/.ipynb_checkpoints/a.ipynb": "",
            "empty/": "",
        }
    )
    assert unpack(data).files == {"hw/a.py": b"x = 1", "hw/data/b.csv": b"1,2", "c.txt": b"c"}


@pytest.mark.parametrize(
    "name", ["../evil.py", "a/../../evil.py", "/etc/passwd", "C:\\evil.py", "..\\evil.py"]
)
def test_paths_that_lead_outside_are_refused(zipped: Zipped, name: str) -> None:
    assert "leads outside" in problem(zipped({"a.py": "x", name: "evil"}))


def test_links_are_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("hw.ipynb")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert "link (hw.ipynb)" in problem(buffer.getvalue())


def test_bombs_are_refused_before_they_are_unpacked(zipped: Zipped) -> None:
    bomb = zipped({"a.py": b"\0" * 20_000_000})
    assert len(bomb) < 100_000
    assert "unpacks to 20 MB" in problem(bomb)


def test_a_bomb_that_lies_about_its_size_unpacks_no_more_than_it_declares(zipped: Zipped) -> None:
    honest = zipped({"a.py": b"\0" * 1_000_000})
    lying = honest.replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    assert "damaged" in problem(lying)


def test_small_files_may_shrink_as_much_as_they_like(zipped: Zipped) -> None:
    assert len(unpack(zipped({"zeros.csv": "0," * 2_000_000})).files["zeros.csv"]) == 4_000_000


def test_encrypted_zips_are_refused(zipped: Zipped) -> None:
    data = bytearray(zipped({"a.py": "x = 1"}))
    data[6] |= 1  # flag bits of the local header, then of the directory
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted (a.py needs a password)" in problem(bytes(data))


def test_unknown_methods_are_refused(zipped: Zipped) -> None:
    data = bytearray(zipped({"a.py": "x = 1"}))
    data[8] = data[data.index(b"PK\x01\x02") + 10] = 98
    assert "method of packing" in problem(bytes(data))


def test_damage_is_told(zipped: Zipped) -> None:
    data = zipped({"a.py": "x = 1\n" * 500})
    assert "damaged or incomplete" in problem(data[: len(data) // 2])
    garbled = bytearray(data)
    garbled[40:60] = b"\xff" * 20
    assert "damaged or incomplete" in problem(bytes(garbled))


def test_office_documents_are_named(zipped: Zipped) -> None:
    assert "office document" in problem(zipped({"[Content_Types].xml": "", "word/a.xml": ""}))


def test_counts_depths_and_names_are_capped(zipped: Zipped) -> None:
    many = zipped({f"{n}.py": "" for n in range(MAX_FILES + 1)})
    assert f"more than {MAX_FILES} files" in problem(many)
    assert "more than 1000 files" in problem(b"PK\x03\x04" + b"PK\x01\x02" * 50_000)
    assert "levels deep" in problem(zipped({"d/" * 13 + "a.py": ""}))
    assert "too long" in problem(zipped({"x" * 300 + ".py": ""}))
    assert "control characters" in problem(zipped({"a\nb.py": ""}))


def test_a_path_is_a_file_or_a_folder_not_both(zipped: Zipped) -> None:
    assert "a both as a file and as a folder" in problem(zipped({"a": "", "a/b.py": ""}))
