"""What people see of mail: the original, how letters fare, the outbox, the quarantine, the words."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from mail.postbox import NEW, Here, Postbox, write
from sqlalchemy import select

from console.desk import tables as t
from console.desk.actions import sending
from console.mail.apart import Unreadable
from console.mail.incoming import Intake
from console.mail.parsed import Parsed
from console.mail.transport import AWAY
from world import JSON, World, send

HTML = (
    '<p onclick="x()">Look <b>here</b></p><img src="http://evil.example/p.gif"><img src="cid:pic@x"><script>1</script>'
)


@pytest.fixture
def box(world: World) -> Postbox:
    return Postbox(world.desk, world.console.house.files)


def rows(world: World, query: Any) -> list[Any]:
    return world.desk.database.read_now(lambda connection: list(connection.execute(query)))


def eventually(found: Callable[[], Any]) -> Any:
    until = time.monotonic() + 10
    while not (value := found()):
        assert time.monotonic() < until
        time.sleep(0.05)
    return value


def with_picture() -> bytes:
    from email.message import EmailMessage

    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = (
        "rhea@desk.example",
        "support@localhost",
        "[#1] x",
        "<p@x>",
    )
    mail.set_content("Look here")
    mail.add_alternative(HTML, subtype="html")
    picture = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
    mail.get_payload()[1].add_related(picture, maintype="image", subtype="png", cid="<pic@x>")  # type: ignore[index, union-attr]
    return mail.as_bytes()


def test_the_original_is_shown_in_a_frame_that_can_do_nothing(world: World, box: Postbox) -> None:
    told = box.take(with_picture())
    assert (told["result"], told["ticket"]) == ("appended", "1")
    message = rows(world, select(t.mailed.c.message_id))[0].message_id
    ada = world.browse("ada")
    page = ada.get(f"/messages/{message}/mail").text
    assert re.search(rf'<iframe [^>]*sandbox="[^"]*"[^>]*src="/messages/{message}/original"', page)
    assert "allow-scripts" not in page and "allow-same-origin" not in page
    document = ada.get(f"/messages/{message}/original")
    policy = document.headers["content-security-policy"]
    assert policy.startswith("sandbox") and "default-src 'none'" in policy and "http" not in policy
    assert "onclick" not in document.text and "<script" not in document.text
    assert not re.search(r'\ssrc="http', document.text), "nothing is loaded from elsewhere"
    picture = re.findall(r'src="(/mail-images/[^"]+)"', document.text)[0]
    found = world.browse().get(picture)
    assert found.status_code == 200 and found.headers["content-type"] == "image/png", "the frame sends no cookie"
    assert world.browse().get(picture[:-1] + ("a" if picture[-1] != "a" else "b")).status_code == 404
    world.clock.pass_(hours=3)
    assert world.browse().get(picture).status_code == 404


def test_images_from_elsewhere_come_when_somebody_asks(world: World, box: Postbox) -> None:
    box.take(with_picture())
    message = rows(world, select(t.mailed.c.message_id))[0].message_id
    ada = world.browse("ada")
    assert "are not loaded" in ada.get(f"/messages/{message}/mail").text
    asked = ada.get(f"/messages/{message}/original?images")
    assert 'src="http://evil.example/p.gif"' in asked.text
    assert "img-src 'self' https: http:" in asked.headers["content-security-policy"]
    assert asked.headers["referrer-policy"] == "no-referrer"


def test_the_bytes_of_a_mail_are_kept_as_they_came(world: World, box: Postbox) -> None:
    raw = with_picture()
    box.take(raw)
    message = rows(world, select(t.mailed.c.message_id))[0].message_id
    found = world.browse("ada").get(f"/messages/{message}/raw")
    assert found.content == raw and found.headers["content-disposition"].startswith("attachment")


def test_nothing_that_a_technician_quoted_by_mail_is_shown_to_requesters(world: World, box: Postbox) -> None:
    ada = world.cast["ada"].id
    token = box.signer.reply_token(1, ada, "public")
    quoting = "In public.\n\nOn Monday, Ben wrote:\n> a-secret-of-ours\n\n-- \nAda-secret-signature"
    told = box.take(write("ada", quoting, to=f"support+{token}@localhost"))
    assert (told["result"], told["visibility"]) == ("appended", "public")
    page, portal = world.browse("ben").get("/tickets/1").text, world.browse("rhea").get("/portal/requests/1").text
    assert "a-secret-of-ours" in page and "In public." in portal
    assert "secret" not in portal and "secret" not in world.browse("rhea").get("/portal/requests/1/since/0").text


def test_how_the_letters_of_a_message_fare_and_sending_one_again(world: World) -> None:
    ada = world.browse("ada")
    assert send(ada, "/tickets/1/replies", body="By mail too.").status_code == 200
    letters = select(t.letter).where(t.letter.c.kind == "replied", t.letter.c.state == "sent")
    sent = eventually(lambda: len(rows(world, letters)) == 2 and rows(world, letters))
    shown = ada.get(f"/tickets/1/messages/{sent[0].message_id}/letters").text
    assert "rhea@desk.example" in shown and "cora@desk.example" in shown and shown.count("Sent") == 2
    again = ada.post(f"/tickets/1/letters/{sent[0].id}", headers=JSON)
    assert again.status_code == 200
    eventually(lambda: len([row for row in rows(world, letters) if row.settled_at > sent[-1].settled_at]) == 1)
    assert {row.key for row in rows(world, letters)} == {row.key for row in sent}, "the same bytes"
    for name, expected in (("cleo", 404), ("rhea", 404)):
        assert world.browse(name).get(f"/tickets/1/messages/{sent[0].message_id}/letters").status_code == expected
        assert world.browse(name).post(f"/tickets/1/letters/{sent[0].id}", headers=JSON).status_code == expected
    assert ada.post(f"/tickets/2/letters/{sent[0].id}", headers=JSON).status_code == 404


def test_an_admin_reads_the_outbox(world: World) -> None:
    send(world.browse("ada"), "/tickets/1/replies", body="For the outbox.")
    eventually(lambda: rows(world, select(t.letter).where(t.letter.c.state == "sent")))
    root = world.browse("root")
    page = root.get("/settings/mail").text
    address = re.findall(r'href="(/settings/mail/letters/\d+)"', page)[0]
    assert "For the outbox." in root.get(address).text
    document = root.get(f"{address}?html")
    assert "For the outbox." in document.text and document.headers["content-security-policy"].startswith("sandbox")
    assert b"For the outbox." in root.get(f"{address}?raw").content
    assert world.browse("lea").get(address).status_code == 404


def test_a_held_mail_is_released_as_if_nothing_had_held_it(world: World, box: Postbox) -> None:
    box.from_(NEW, "No spam at all.", headers={"X-Spam-Flag": "YES"}, subject="Let <me> in")
    root = world.browse("root")
    page = root.get("/settings/mail/quarantine").text
    assert "Let &lt;me&gt; in" in page and NEW in page
    mail = re.findall(r"/settings/mail/quarantine/(\d+)/release", page)[0]
    assert root.get(f"/settings/mail/quarantine/{mail}").content.startswith(b"From: new@out.example")
    assert root.post(f"/settings/mail/quarantine/{mail}/release").status_code == 303
    row = rows(world, select(t.inbound))[0]
    assert row.state == "filed" and "No spam at all." in root.get(f"/tickets/{row.ticket_number}").text
    assert root.post(f"/settings/mail/quarantine/{mail}/release").status_code == 404, "once only"


def test_what_still_can_not_be_read_stays_held_and_says_so_in_the_readers_language(world: World) -> None:
    class Breaks(Here):
        def parse(self, raw: bytes) -> Parsed:
            raise Unreadable("too deep")

    intake = Intake(world.desk, world.console.house.files, Breaks(), 64_000)
    intake.file(intake.keep(b"no mail at all", "pipe"))
    held = rows(world, select(t.inbound))[0]
    assert (held.state, held.reason) == ("held", "unreadable")
    answer = world.browse("root").post(
        f"/settings/mail/quarantine/{held.id}/release", headers={"Accept-Language": "es"}
    )
    assert answer.status_code == 422 and "sigue sin poder leerse" in answer.text
    assert rows(world, select(t.inbound.c.state))[0].state == "held"


def test_why_a_letter_failed_is_told_in_the_readers_language(world: World) -> None:
    send(world.browse("ada"), "/tickets/1/replies", body="It will not leave.")
    row = eventually(lambda: rows(world, select(t.letter).where(t.letter.c.state == "sent")))[0]
    world.desk.run(sending.settle_letter, row.id, "failed", f"{AWAY} (ConnectionRefusedError)")
    words = "No se puede contactar con el servidor de correo (ConnectionRefusedError)"
    for name, page in (("root", "/settings/mail"), ("ada", "/tickets/1")):
        assert words in world.browse(name).get(page, headers={"Accept-Language": "es"}).text


def test_a_held_mail_is_given_up(world: World, box: Postbox) -> None:
    box.from_(NEW, headers={"X-Spam-Flag": "YES"})
    root = world.browse("root")
    mail = rows(world, select(t.inbound.c.id))[0].id
    before = len(list(box.files.folder.glob("*/*")))
    assert root.post(f"/settings/mail/quarantine/{mail}/deletion").status_code == 303
    assert rows(world, select(t.inbound.c.state))[0].state == "deleted"
    assert len(list(box.files.folder.glob("*/*"))) == before - 1
    assert "Nothing is held" in root.get("/settings/mail/quarantine").text


@pytest.mark.parametrize(
    ("subject", "body", "words"),
    (
        ("", "x", "Between 1 and 200 characters"),
        ("x", "", "Between 1 and 5000 characters"),
        ("{nonsense}", "x", "{nonsense} is not a possible value here."),
        ("{message}", "x", "{message} is not a possible value here."),
        ("x", "{{ 7 * 7 }} {config}", "{config} is not a possible value here."),
    ),
)
def test_words_that_can_not_be_are_refused_and_stay_as_typed(subject: str, body: str, words: str, world: World) -> None:
    root = world.browse("root")
    answer = root.post("/settings/mail/words/closed/es", data={"subject": subject, "body": body})
    assert answer.status_code == 422 and words in answer.text
    assert not rows(world, select(t.wording))
    if body:
        assert body.replace("{{", "{{") in answer.text


def test_words_are_saved_and_shown_and_taken_back(world: World) -> None:
    root, address = world.browse("root"), "/settings/mail/words/closed/es"
    data = {"subject": "Fin de {number}", "body": "<b>Adiós</b> {name}\n\n{link}"}
    preview = root.post(f"{address}/preview", data=data)
    assert "&lt;b&gt;Adiós&lt;/b&gt; Rita Sousa" in preview.text
    assert preview.headers["content-security-policy"].startswith("sandbox")
    assert root.post(address, data=data).status_code == 303
    assert "Fin de {number}" in root.get(address).text
    assert root.post(address, data={"act": "reset"}).status_code == 303
    assert "Fin de" not in root.get(address).text and not rows(world, select(t.wording))
    assert root.get("/settings/mail/words/closed/xx").status_code == 404
