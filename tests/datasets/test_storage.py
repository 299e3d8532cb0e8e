from __future__ import annotations

import gzip
import io
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from grader.datasets.storage import cache_folder, content, data_folder, fetch, find
from grader.errors import UsageError

TEXT = b"a,b\n1,2\n" * 1000


def archive(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as opened:
        for name, data in members.items():
            entry = tarfile.TarInfo(f"folder/{name}")
            entry.size = len(data)
            opened.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


def files_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


class TestFolders:
    def test_the_cache_is_named_or_the_systems(self, cache, monkeypatch):
        assert cache_folder() == cache
        monkeypatch.delenv("GRADER_CACHE")
        assert "grader" in cache_folder().parts
        assert cache_folder() != cache

    def test_no_data_folder_is_fine_but_a_wrong_one_is_not(self, cache, monkeypatch):
        assert data_folder() is None
        monkeypatch.setenv("GRADER_DATA_DIR", "/no/such/folder")
        with pytest.raises(UsageError, match="'/no/such/folder', which is not a folder"):
            data_folder()

    def test_the_data_folder_comes_before_the_cache(self, given, cache, serve):
        file = serve("a.csv", TEXT)
        assert find(file) is None
        cache.mkdir(parents=True)
        (cache / "a.csv").write_bytes(TEXT)
        assert find(file) == cache / "a.csv"
        (given / "a.csv").write_bytes(TEXT)
        assert find(file) == given / "a.csv"


class TestFetch:
    def test_a_file_is_downloaded_once(self, cache, server, serve):
        file = serve("a.csv", TEXT)
        path = fetch(file)
        assert path == cache / "a.csv"
        assert path.read_bytes() == TEXT
        assert fetch(file) == path
        assert server.asked == ["/a.csv"]
        assert files_below(cache) == {"a.csv"}

    def test_what_is_given_is_not_downloaded(self, given, server, serve):
        file = serve("a.csv", TEXT)
        (given / "a.csv").write_bytes(TEXT)
        assert fetch(file) == given / "a.csv"
        assert server.asked == []

    @pytest.mark.parametrize(
        "sent", [gzip.compress(TEXT), gzip.compress(TEXT, 1), TEXT], ids=["best", "fast", "not"]
    )
    def test_only_the_content_of_a_gzip_file_counts(self, cache, serve, sent):
        file = serve("a.gz", TEXT, sent, form="gzip")
        assert content(fetch(file), file) == TEXT

    def test_line_ends_of_a_text_do_not_count(self, cache, serve):
        file = serve("a.csv", TEXT, TEXT.replace(b"\n", b"\r\n"))
        assert content(fetch(file), file) == TEXT

    def test_a_member_is_taken_out_of_its_archive(self, cache, serve):
        packed = archive(a=TEXT, other=b"no")
        file = replace(serve("a", TEXT, packed), member="folder/a")
        assert fetch(file).read_bytes() == TEXT
        assert files_below(cache) == {"a"}

    def test_progress_is_told_in_bytes(self, cache, serve):
        class Bar:
            def __init__(self) -> None:
                self.total = 0
                self.steps: list[int] = []
                self.closed = False

            def update(self, step: int) -> None:
                self.steps.append(step)

            def reset(self) -> None:
                self.steps.clear()

            def close(self) -> None:
                self.closed = True

        bar = Bar()
        fetch(serve("a.csv", TEXT), bar)
        assert bar.total == sum(bar.steps) == len(TEXT)
        assert bar.closed

    @pytest.mark.parametrize(
        ("sent", "member", "message"),
        [
            (TEXT[:-1], "", r"this is not a as published: .*\(7999 bytes\), expected .*\(8000"),
            (b"<html>", "", r"this is not a as published"),
            (b"<html>", "folder/a", "what was downloaded is no archive that holds folder/a"),
            (archive(b=TEXT), "folder/a", "no archive that holds folder/a"),
            (archive(a=TEXT)[:-20], "folder/a", "no archive that holds folder/a|is not a as"),
            (archive(a=b"other"), "folder/a", r"this is not a as published"),
        ],
        ids=["short", "page", "no archive", "no member", "cut archive", "other content"],
    )
    def test_what_is_wrong_is_refused_and_leaves_nothing(self, cache, serve, sent, member, message):
        file = replace(serve("a", TEXT, sent), member=member)
        with pytest.raises(UsageError, match=message) as caught:
            fetch(file)
        assert caught.value.where == file.url
        assert "GRADER_DATA_DIR" in caught.value.remedy
        assert files_below(cache) == set()

    def test_a_connection_that_is_cut_leaves_nothing(self, cache, server, serve):
        file = serve("a.csv", TEXT)
        server.cut.add("/a.csv")
        with pytest.raises(UsageError, match=r"a\.csv could not be downloaded"):
            fetch(file)
        assert files_below(cache) == set()

    def test_a_file_that_is_gone_says_so(self, cache, server, serve):
        file = serve("a.csv", TEXT)
        server.files.clear()
        with pytest.raises(UsageError, match="could not be downloaded: 404"):
            fetch(file)

    def test_without_a_network_it_says_what_to_do(self, cache, serve):
        file = replace(serve("a.csv", TEXT), url="http://127.0.0.1:9/a.csv")
        with pytest.raises(UsageError, match=r"no connection to 127\.0\.0\.1") as caught:
            fetch(file)
        assert "`grader data fetch`" in caught.value.remedy
        assert str(cache) in caught.value.remedy
        assert "GRADER_DATA_DIR" in caught.value.remedy

    def test_a_cache_that_cannot_be_written_says_so(self, cache, serve):
        cache.parent.parent.mkdir(exist_ok=True)
        cache.parent.write_bytes(b"a file where the folder should be")
        with pytest.raises(UsageError, match=r"a\.csv cannot be stored") as caught:
            fetch(serve("a.csv", TEXT))
        assert "GRADER_CACHE" in caught.value.remedy


class TestWrongFiles:
    def test_in_the_cache_is_replaced(self, cache, serve):
        file = serve("a.csv", TEXT)
        cache.mkdir(parents=True)
        (cache / "a.csv").write_bytes(TEXT[:100])
        with pytest.raises(UsageError, match=r"this is not a\.csv as published") as caught:
            content(cache / "a.csv", file)
        assert caught.value.remedy == "`grader data fetch` replaces it by the right one."
        assert fetch(file).read_bytes() == TEXT

    def test_in_the_data_folder_is_left_alone_and_reported(self, given, server, serve):
        file = serve("a.csv", TEXT)
        (given / "a.csv").write_bytes(b"mine")
        with pytest.raises(UsageError) as caught:
            fetch(file)
        error = caught.value
        assert error.where == str(given / "a.csv")
        assert file.sha256 in error.message
        assert "(4 bytes)" in error.message
        assert file.url in error.remedy
        assert (given / "a.csv").read_bytes() == b"mine"
        assert server.asked == []

    @pytest.mark.parametrize("keep", [10, 30, -4], ids=["header", "middle", "end"])
    def test_a_gzip_file_that_is_cut_short_is_damaged(self, given, serve, keep):
        file = serve("a.gz", TEXT, form="gzip")
        (given / "a.gz").write_bytes(gzip.compress(TEXT)[:keep])
        with pytest.raises(UsageError, match="is damaged: it cannot be unpacked") as caught:
            content(given / "a.gz", file)
        assert file.sha256 in caught.value.message

    def test_a_packed_flood_is_not_unpacked_whole(self, given, serve):
        file = serve("a.gz", b"small", form="gzip")
        (given / "a.gz").write_bytes(gzip.compress(bytes(40 * 2**20)))
        with pytest.raises(UsageError, match=rf"\({5 + 16 * 2**20} bytes\), expected .*\(5 bytes"):
            content(given / "a.gz", file)

    def test_what_cannot_be_read_says_so(self, given, serve):
        file = serve("a.csv", TEXT)
        with pytest.raises(UsageError, match="the file cannot be read: No such file"):
            content(given / "a.csv", file)
