"""Files of a message: chosen, dropped or pasted, seen before they leave, refused in words, shown to everybody."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from browser.conftest import People
from browser.screen import Screen


def png(side: int = 40) -> bytes:
    """A small picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes((x * 6, 90, 160)[c] for x in range(side) for c in range(3)) for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def file(name: str, content: bytes = b"some words") -> FilePayload:
    kind = (
        "image/png" if name.endswith(".png") else "text/plain" if name.endswith(".txt") else "application/octet-stream"
    )
    return {"name": name, "mimeType": kind, "buffer": content}


def is_shown(image: Locator) -> None:
    """The picture itself was loaded, not only its frame."""
    expect(image).to_be_visible()
    image.evaluate("(image) => image.decode()")
    assert image.evaluate("(image) => image.naturalWidth") == 40


PASTE = """(field, {kind, name, bytes}) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], name, {type: 'image/png'}));
  const at = {bubbles: true, cancelable: true};
  field.dispatchEvent(kind === 'paste' ? new ClipboardEvent('paste', {...at, clipboardData: data})
    : new DragEvent(kind, {...at, dataTransfer: data}));
}"""


def hand_over(screen: Screen, kind: str, name: str, content: bytes) -> None:
    argument: dict[str, Any] = {"kind": kind, "name": name, "bytes": list(content)}
    screen.field.evaluate(PASTE, argument)


@pytest.fixture
def ada(page_of: People) -> Screen:
    return page_of("ada").open("/tickets/1")


@pytest.fixture
def ben(page_of: People) -> Screen:
    return page_of("ben").open("/tickets/1")


@pytest.fixture
def rhea(page_of: People) -> Screen:
    return page_of("rhea").open("/portal/requests/1")


def test_a_chosen_picture_is_seen_before_it_leaves_and_then_by_everybody(
    ada: Screen, ben: Screen, rhea: Screen
) -> None:
    with ada.page.expect_file_chooser() as choosing:
        ada.page.get_by_role("button", name="Attach files").click()
    choosing.value.set_files([file("drum.png", png()), file("log.txt")])
    picked = ada.page.locator(".picked li")
    expect(picked).to_have_count(2)
    is_shown(picked.first.locator("img"))
    expect(picked.nth(1)).to_contain_text("log.txt")
    ada.page.get_by_role("button", name="Remove log.txt").click()
    expect(picked).to_have_count(1)
    expect(ada.field).to_be_focused()
    ada.reply("The drum looks like this")
    expect(picked).to_have_count(0)
    for each in (ada, ben, rhea):
        message = each.sent("The drum looks like this")
        expect(message.locator(".file")).to_have_count(1)
        is_shown(message.locator("img"))
    with ben.context.expect_page() as opening:
        ben.sent("The drum looks").get_by_role("link", name="drum.png").click()
    expect(opening.value.locator("img")).to_be_visible()


@pytest.mark.full
def test_a_message_may_be_a_picture_alone(rhea: Screen, ben: Screen) -> None:
    rhea.page.locator("input[data-kind=image]").set_input_files(file("blank.png", png()))
    rhea.send()
    message = ben.thread.locator("li.msg[data-seq]").filter(has=ben.page.get_by_role("link", name="blank.png"))
    is_shown(message.locator("img"))
    expect(rhea.page.locator(".picked li")).to_have_count(0)


@pytest.mark.full
@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_picture_is_pasted_or_dropped_into_the_text(way: str, ada: Screen, ben: Screen, rhea: Screen) -> None:
    ada.field.fill("Like this one")
    hand_over(ada, way, "image.png", png())
    picked = ada.page.locator(".picked li")
    is_shown(picked.locator("img"))
    assert ada.field.input_value() == "Like this one"
    ada.send()
    for each in (ben, rhea):
        is_shown(each.sent("Like this one").locator("img"))


@pytest.mark.full
def test_a_refused_type_is_said_and_text_and_files_stay(ada: Screen, ben: Screen) -> None:
    ada.forgive("422")
    ada.page.locator("reply-composer input[type=file]").set_input_files([file("tool.exe"), file("drum.png", png())])
    ada.field.fill("With a tool")
    ada.send()
    expect(ada.problem).to_have_text("tool.exe can't be attached: this type of file is not allowed.")
    assert ada.field.input_value() == "With a tool"
    expect(ada.page.locator(".picked li")).to_have_count(2)
    expect(ada.message("With a tool")).to_have_count(0)
    ada.page.get_by_role("button", name="Remove tool.exe").click()
    ada.send()
    is_shown(ben.sent("With a tool").locator("img"))
    expect(ada.problem).to_be_hidden()


@pytest.mark.full
def test_an_image_that_is_none_is_refused(ada: Screen) -> None:
    ada.forgive("422")
    ada.page.locator("reply-composer input[type=file]").set_input_files(file("evil.png", b"<script>alert(1)</script>"))
    ada.field.fill("Look")
    ada.send()
    expect(ada.problem).to_have_text("evil.png can't be attached: it is not the image its name says.")
    assert ada.field.input_value() == "Look"


@pytest.mark.full
def test_too_much_is_refused_before_it_leaves(ada: Screen) -> None:
    ada.field.evaluate(
        """(field) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(20e6 + 1)], 'video.mp4', {type: 'video/mp4'}));
          field.dispatchEvent(new DragEvent('drop', {bubbles: true, cancelable: true, dataTransfer: data}));
        }"""
    )
    expect(ada.problem).to_have_text("video.mp4 does not fit: the files of a message may have 20 MB together.")
    expect(ada.page.locator(".picked li")).to_have_count(0)


def test_a_requester_sends_images_and_one_document_and_learns_what_is_too_many(rhea: Screen, ada: Screen) -> None:
    images, document = rhea.page.locator("input[data-kind=image]"), rhea.page.locator("input[data-kind=document]")
    expect(rhea.page.get_by_role("button", name="Images", exact=True)).to_be_visible()
    expect(rhea.page.get_by_role("button", name="Document", exact=True)).to_be_visible()
    images.set_input_files([file(f"{name}.png", png()) for name in "abc"])
    document.set_input_files(file("list.txt"))
    expect(rhea.page.locator(".picked li")).to_have_count(4)
    images.set_input_files(file("d.png", png()))
    expect(rhea.problem).to_contain_text("d.png")
    expect(rhea.page.locator(".picked li")).to_have_count(4)
    rhea.field.fill("Four files")
    rhea.send()
    expect(ada.sent("Four files").locator(".file")).to_have_count(4)


@pytest.mark.full
def test_more_documents_than_one_are_refused_with_a_word(rhea: Screen) -> None:
    rhea.forgive("422")
    document = rhea.page.locator("input[data-kind=document]")
    for name in ("one.txt", "two.txt"):
        document.set_input_files(file(name))
    rhea.field.fill("Two documents")
    rhea.send()
    expect(rhea.problem).to_contain_text("documents")
    assert rhea.field.input_value() == "Two documents"


def test_a_file_of_a_note_is_not_there_for_the_requester(ada: Screen, page_of: People) -> None:
    ada.mode("note")
    ada.page.locator("reply-composer input[type=file]").set_input_files(file("inside.png", png()))
    ada.reply("For us")
    address = ada.sent("For us").locator("img").evaluate("(image) => image.src")
    rhea = page_of("rhea")
    assert rhea.page.request.get(address).status == 404
    assert ada.page.request.get(address).status == 200
