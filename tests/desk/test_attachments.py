"""Files: which may be attached, under which name they are shown, and that none is left behind."""

from __future__ import annotations

import os
import time
import unicodedata
from io import BytesIO
from pathlib import Path

import pytest

from console.desk.attachment import NAME_LIMIT, FileStore, clean_name
from console.desk.errors import Invalid, TooLarge
from console.desk.keeping import ORPHAN_AGE, drop_orphans
from desk.acts import Acts

PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
JPEG = bytes.fromhex("ffd8ffe000104a46494600010101004800480000ffdb004300") + b"\x08" * 64
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff;"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\0" * 24
ROOM = 1_000_000


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    folder = tmp_path / "files"
    folder.mkdir()
    return FileStore(folder)


def left(store: FileStore) -> list[Path]:
    return [each for each in store.folder.rglob("*") if each.is_file()]


@pytest.mark.parametrize(
    ("name", "shown"),
    (
        ("scan.png", "scan.png"),
        ("/etc/passwd.txt", "passwd.txt"),
        ("..\\..\\windows\\scan.png", "scan.png"),
        ("../../scan.png", "scan.png"),
        ("C:\\Users\\Ana\\informe final.pdf", "informe final.pdf"),
        ("photo\u202egnp.exe.png", "photognp.exe.png"),
        ("sc\u200ban\u2060.p\ufeffng", "scan.png"),
        ("scan.png\0.exe", "scan.png.exe"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
        (" .scan.png. ", "scan.png"),
        ("\uff53\uff43\uff41\uff4e\uff0e\uff50\uff4e\uff47", "scan.png"),  # full width
        ("año 漢字 🖨.pdf", "año 漢字 🖨.pdf"),
        ("\x1b[31mred.txt", "[31mred.txt"),
        ("..", ""),
    ),
)
def test_a_name_is_shown_without_paths_and_invisible_characters(name: str, shown: str) -> None:
    assert clean_name(name) == shown


def test_a_long_name_is_cut_and_keeps_its_ending() -> None:
    cut = clean_name("x" * 400 + ".docx")
    assert len(cut) == NAME_LIMIT and cut.endswith("x.docx")


@pytest.mark.parametrize("name", ("x." + "y" * 400, "." * 300 + "png", "ﷺ" * 60 + ".png", "a/" * 300))
def test_a_hostile_name_is_never_longer_than_the_column(name: str) -> None:
    shown = clean_name(name)
    assert len(shown) <= NAME_LIMIT and "/" not in shown
    assert not [char for char in shown if unicodedata.category(char)[0] == "C"]


@pytest.mark.parametrize(
    "name",
    (
        *("run.exe", "page.html", "page.htm", "image.svg", "data.xml", "script.js", "shell.php", "shell.pht", "x.phar"),
        *("noending", "", ".png", "png", "run.exe.", "run.exe ", "shell.ph\u200bp", "shell.php\u202e", "shell.php\0"),
        *(
            "shell.php/",
            "shell.php\\",
            "shell.\uff50\uff48\uff50",
            "scan.png.exe",
            "scan.png\0.exe",
            ".htaccess",
            "scan.png/..",
            "a.xhtml",
        ),
    ),
)
def test_a_type_that_is_not_on_the_list_is_refused(name: str, store: FileStore) -> None:
    with pytest.raises(Invalid, match="not allowed") as refused:
        store.save(name, BytesIO(PNG), ROOM)
    assert refused.value.field == "files" and not left(store)


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    (
        ("a.png", PNG, "image/png"),
        ("a.PNG", PNG, "image/png"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("a.jpeg", JPEG, "image/jpeg"),
        ("a.gif", GIF, "image/gif"),
        ("a.webp", WEBP, "image/webp"),
        ("a.txt", b"", "text/plain"),
        ("a.pdf", b"%PDF-1.7", "application/pdf"),
        ("scan.php.png", PNG, "image/png"),
    ),
)
def test_an_allowed_file_is_kept_whole_and_for_the_desk_alone(
    name: str, data: bytes, media_type: str, store: FileStore
) -> None:
    kept = store.save(name, BytesIO(data), ROOM)
    path = store.path(kept.key)
    assert (kept.media_type, kept.size_bytes, path.read_bytes()) == (media_type, len(data), data)
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert len(kept.key) == 32 and int(kept.key, 16) >= 0 and kept.name not in str(path)


def test_the_same_file_twice_is_two_files(store: FileStore) -> None:
    keys = {store.save("a.png", BytesIO(PNG), ROOM).key for _ in range(3)}
    assert len(keys) == 3 == len(left(store))


@pytest.mark.parametrize(
    "data", (b"", b"<svg onload=alert(1)>", b"<html><script>", JPEG, b"GIF", b"%PDF-1.7", b"\0" * 99)
)
def test_an_image_that_is_none_is_refused(data: bytes, store: FileStore) -> None:
    with pytest.raises(Invalid, match="not the image its name says"):
        store.save("a.png", BytesIO(data), ROOM)
    assert not left(store)


def test_a_file_may_fill_the_room_to_the_last_byte(store: FileStore) -> None:
    assert store.save("a.txt", BytesIO(b"x" * 100), 100).size_bytes == 100
    with pytest.raises(TooLarge) as refused:
        store.save("b.txt", BytesIO(b"x" * 101), 100)
    assert refused.value.field == "files" and len(left(store)) == 1
    with pytest.raises(TooLarge):
        store.save("c.txt", BytesIO(b"x"), 0)


def test_files_of_a_refused_message_are_dropped(store: FileStore) -> None:
    kept = [store.save(f"{nth}.txt", BytesIO(b"x"), ROOM) for nth in range(3)]
    store.drop(kept[:2])
    store.drop(kept[:1])
    assert left(store) == [store.path(kept[2].key)]


def test_an_orphan_goes_after_a_day_and_a_file_of_a_message_stays(store: FileStore, acts: Acts) -> None:
    held, orphan, young = (store.save("a.txt", BytesIO(b"x"), ROOM) for _ in range(3))
    acts.replies("ada", files=[held])
    old = time.time() - ORPHAN_AGE - 60
    for each in (held, orphan):
        os.utime(store.path(each.key), (old, old))
    acts.read(drop_orphans, store)
    assert {each.name for each in left(store)} == {held.key, young.key}
