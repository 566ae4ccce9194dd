"""Files of messages: served as what they are, to who may read the message, able to do nothing; kept for the desk alone."""

from __future__ import annotations

import re

import pytest

from world import JSON, World

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
LOCKED = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@pytest.fixture(scope="module")
def files(shared: World) -> dict[str, str]:
    """The address of each file of a reply, by the name that was sent."""
    sent = {
        "picture.png": PNG,
        "page.txt": b"<script>alert(1)</script>",
        "data.json": b"{}",
        "../../etc/passwd.txt": b"up",
        "C:\\temp\\report.pdf": b"%PDF-1.4",
        'quote".txt': b"q",
        "línea ñ 🦊.txt": b"u",
        "turn\u202egnp.txt": b"t",
        "line\r\nbreak.txt": b"l",
        "x" * 300 + ".txt": b"long",
    }
    answer = shared.browse("ada").post(
        "/tickets/1/replies", data={"body": "Files"}, files=[("files", each) for each in sent.items()], headers=JSON
    )
    assert answer.status_code == 200, answer.text
    found = re.findall(r'href="(/attachments/[^"]+)"', shared.browse("ada").get("/tickets/1").text)
    return dict(zip(sent, dict.fromkeys(found), strict=True))


SHOWN = {
    "picture.png": ("inline", "picture.png", "image/png"),
    "page.txt": ("attachment", "page.txt", "text/plain; charset=utf-8"),
    "data.json": ("attachment", "data.json", "application/json"),
    "../../etc/passwd.txt": ("attachment", "passwd.txt", "text/plain; charset=utf-8"),
    "C:\\temp\\report.pdf": ("attachment", "report.pdf", "application/pdf"),
    'quote".txt': ("attachment", "quote%2522.txt", "text/plain; charset=utf-8"),
    "línea ñ 🦊.txt": ("attachment", "l%C3%ADnea%20%C3%B1%20%F0%9F%A6%8A.txt", "text/plain; charset=utf-8"),
    "turn\u202egnp.txt": ("attachment", "turngnp.txt", "text/plain; charset=utf-8"),
    "x" * 300 + ".txt": ("attachment", "x" * 146 + ".txt", "text/plain; charset=utf-8"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_file_is_served_as_what_it_is_and_can_do_nothing(shared: World, files: dict[str, str], name: str) -> None:
    place, shown, kind = SHOWN[name]
    answer = shared.browse("rhea").get(files[name], headers={"accept-encoding": "identity"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.headers["content-disposition"] == f"{place}; filename*=UTF-8''{shown}"
    assert answer.headers["content-security-policy"] == LOCKED
    assert (answer.headers["x-content-type-options"], answer.headers["cache-control"]) == ("nosniff", "no-store")


def test_files_lie_under_random_names_readable_by_the_desk_alone(shared: World, files: dict[str, str]) -> None:
    kept = [each for each in shared.settings.attachments.rglob("*") if each.is_file()]
    keys = {address.split("/")[2] for address in files.values()}
    assert keys <= {each.name for each in kept} and len(keys) == len(files)
    assert {each.stat().st_mode & 0o777 for each in kept} == {0o600}
    assert {each.stat().st_mode & 0o777 for each in {shared.settings.attachments, *(each.parent for each in kept)}} == {
        0o700
    }


@pytest.mark.parametrize(
    "asked", ["bytes=0-3", "bytes=-1", "bytes=0-0,2-3", "bytes=99-", "bytes=x", "bytes=0-,0-" + ",0-" * 500]
)
def test_a_range_is_harmless(shared: World, files: dict[str, str], asked: str) -> None:
    for name, whole in (("rhea", b"<script>alert(1)</script>"), ("mallory", None)):
        answer = shared.browse(name).get(files["page.txt"], headers={"range": asked, "accept-encoding": "identity"})
        if whole is None:
            assert answer.status_code == 404 and b"script>alert" not in answer.content
        else:
            assert answer.status_code in (200, 206, 400, 416) and len(answer.content) < 1_000
            assert answer.headers["content-security-policy"] == LOCKED or answer.status_code in (400, 416)
