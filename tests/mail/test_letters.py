"""Letters: who gets which, what is in them, and what never is."""

from __future__ import annotations

import email.policy
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from desk.acts import Acts
from sqlalchemy import select, update

from cast import Clock
from cast import email as address_of
from console.desk import tables as t
from console.desk.actions import chatting, sending, wordings
from console.desk.actions.staffing import change_access
from console.desk.actions.switching import send_occurrences_from, switch
from console.desk.message import Draft
from console.desk.occurrence import Occurrence
from console.followers import runner
from console.followers.letter_leaves import LetterLeaves, letter_team
from console.mail import wording
from console.mail.outgoing import Unsendable, _address
from mail.postbox import NEW, Postbox, opened

SECRET = "among-us-only"


def send_all(acts: Acts, leaves: LetterLeaves, clock: Clock) -> dict[tuple[str, str], EmailMessage]:
    """Let everything that waits leave; gives the mails by kind and address, the last of each."""
    clock.pass_(seconds=31)
    while runner.run_due(acts.desk, letter_team(leaves)):
        pass
    found = {}
    for row in acts.rows(select(t.letter).where(t.letter.c.key.is_not(None)).order_by(t.letter.c.id)):
        raw = leaves.files.read(row.key)
        found[row.kind, row.address] = message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
    return found


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def html(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def test_a_reply_goes_to_the_requester_and_those_copied_and_to_nobody_else(
    acts: Acts, leaves: LetterLeaves, clock: Clock
) -> None:
    acts.replies("ada", "The **driver** is old.")
    sent = send_all(acts, leaves, clock)
    assert {address for _, address in sent} == {address_of("rhea"), address_of("cora")}
    mail = sent["replied", address_of("rhea")]
    assert mail["To"] == "Rhea Lindqvist <rhea@desk.example>" and "Ada Moreno (Fjord Help)" in mail["From"]
    assert mail["Subject"] == "[#1] Blank pages" and "<strong>driver</strong>" in html(mail)
    assert "The **driver** is old." in text(mail)
    assert "Auto-Submitted" not in mail and mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"


def test_a_visible_note_tells_its_solution_and_when_it_happened_but_not_how_long_it_took(
    acts: Acts, leaves: LetterLeaves, clock: Clock
) -> None:
    when = datetime(2026, 2, 3, 13, 30, tzinfo=UTC)
    with acts.desk.database.writing() as connection:
        connection.execute(update(t.person).where(t.person.c.email == address_of("cora")).values(language="es"))
    told = Occurrence(when, 4321, "Take the **old** driver", visible=True)
    acts.notes("ada", "In hall 3.", occurrence=told, notify=[address_of("ben")])
    sent = send_all(acts, leaves, clock)
    for name, words in (
        ("rhea", ("noted this on your request", "Solution", "Happened 2/3/26, 1:30")),
        ("cora", ("anotó esto en tu solicitud", "Solución", "Ocurrió 3/2/26, 13:30")),
    ):
        mail = sent["recorded", address_of(name)]
        both = text(mail) + html(mail)
        assert "Auto-Submitted" not in mail, "somebody's own words"
        assert all(each in text(mail) and each in html(mail) for each in words)
        assert "Take the **old** driver" in text(mail) and "<strong>old</strong>" in html(mail)
        assert "4321" not in both and "72 h" not in both and "Ben" not in both
    assert "Solution" in text(sent["noted", address_of("ben")])


def test_the_transcript_of_a_chat_has_its_lines_and_who_said_them_as_far_as_names_are_shown(
    acts: Acts, leaves: LetterLeaves, clock: Clock
) -> None:
    ada, rhea, root = (acts.cast[name] for name in ("ada", "rhea", "root"))
    for named, technician in ((True, "Ada Moreno: "), (False, "Fjord Help: ")):
        acts.desk.run(switch, root, name="staff_names", on=named)
        acts.desk.run(chatting.ask, 1, ada, audience="staff")
        acts.desk.run(chatting.answer, 1, rhea, audience="public", accept=True)
        acts.desk.run(chatting.say, 1, ada, audience="staff", draft=Draft("Which <driver>?"))
        acts.desk.run(chatting.say, 1, rhea, audience="public", draft=Draft("The old one."))
        acts.desk.run(chatting.end, 1, ada, audience="staff")
        sent = send_all(acts, leaves, clock)
        words = text(sent["transcript", address_of("rhea")])
        assert f"{technician}Which <driver>?" in words and "Rhea Lindqvist: The old one." in words
        assert "Which &lt;driver&gt;?" in html(sent["transcript", address_of("rhea")])
        assert ("Ada" in words + text(sent["chat_asked", address_of("rhea")])) is named


def test_letters_about_occurrences_are_from_the_address_that_was_chosen_for_them(
    acts: Acts, leaves: LetterLeaves, clock: Clock
) -> None:
    acts.desk.run(send_occurrences_from, acts.cast["root"], address="field@desk.example")
    acts.notes("ada", occurrence=Occurrence(visible=True))
    acts.replies("ada")
    sent = send_all(acts, leaves, clock)
    assert "<field@desk.example>" in sent["recorded", address_of("rhea")]["From"]
    assert "<support@desk.example>" in sent["replied", address_of("rhea")]["From"]
    assert "support+" in sent["recorded", address_of("rhea")]["Reply-To"], "answers reach the ticket either way"


def test_each_receiver_has_an_address_and_a_link_of_their_own(acts: Acts, leaves: LetterLeaves, clock: Clock) -> None:
    acts.replies("ada")
    sent = send_all(acts, leaves, clock)
    one, other = (sent["replied", address_of(name)] for name in ("rhea", "cora"))
    assert one["Reply-To"] != other["Reply-To"] and one["Message-ID"] != other["Message-ID"]
    assert f"/view/1/{acts.cast['rhea'].id}/" in text(one) and f"/view/1/{acts.cast['cora'].id}/" in text(other)
    code = text(one).split(f"/view/1/{acts.cast['rhea'].id}/")[1].split()[0]
    assert len(code) == 26 and code not in text(other)


def test_a_confirmation_answers_in_its_readers_language_and_says_that_it_is_automatic(
    postbox: Postbox, acts: Acts, leaves: LetterLeaves, clock: Clock
) -> None:
    opened(postbox, message_id="first@out.example")
    with acts.desk.database.writing() as connection:
        connection.execute(update(t.person).where(t.person.c.email == NEW).values(language="pt"))
    mail = send_all(acts, leaves, clock)["confirmation", NEW]
    assert "recebemos sua solicitação" in text(mail) and "Abrir #2" in html(mail)
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"], mail["Precedence"]) == (
        *("auto-replied", "All", "bulk"),
    )
    assert mail["In-Reply-To"] == mail["References"] == "<first@out.example>"


def test_threading_headers_name_what_the_receiver_knows_and_nothing_of_the_staffs(
    postbox: Postbox, acts: Acts, leaves: LetterLeaves, clock: Clock
) -> None:
    number, sent = opened(postbox, message_id="first@out.example")
    acts.notes("ben", "Look.", notify=[address_of("ada")], number=number)
    acts.replies("ada", number=number)
    postbox.answer(NEW, sent, message_id="second@out.example")
    acts.replies("ada", number=number)
    mail = send_all(acts, leaves, clock)["replied", NEW]
    named = mail["References"].split()
    assert named[0] == "<first@out.example>" and "<second@out.example>" in named and mail["In-Reply-To"] == named[-1]
    rows = acts.rows(select(t.letter.c.mail_id).where(t.letter.c.kind.in_(("noted", "requester_told"))))
    staffs = {f"<{row.mail_id}>" for row in rows}
    assert staffs and not staffs & set(named)


def test_nothing_of_the_staffs_is_in_a_requesters_letter(acts: Acts, leaves: LetterLeaves, clock: Clock) -> None:
    acts.notes("ben", f"{SECRET} about it", notify=[address_of("ada")])
    acts.assigns("lea", "ada")
    acts.replies("ada", "In public.", status="resolved")
    acts.asks("cora")
    sent = send_all(acts, leaves, clock)
    public = {key: mail for key, mail in sent.items() if key[1] in (address_of("rhea"), address_of("cora"))}
    assert public and not [key for key, mail in public.items() if SECRET in mail.as_string()]
    assert SECRET in text(sent["noted", address_of("ada")]), "who is called reads it"


def test_a_note_is_told_with_an_address_whose_answers_stay_inside(
    acts: Acts, leaves: LetterLeaves, clock: Clock, postbox: Postbox
) -> None:
    acts.notes("ben", "Look.", notify=[address_of("ada")])
    mail = send_all(acts, leaves, clock)["noted", address_of("ada")]
    token = postbox.signer.reply_token(1, acts.cast["ada"].id, "staff")
    assert mail["Reply-To"].addresses[0].addr_spec == f"support+{token}@desk.example"
    assert "https://desk.example/tickets/1" in text(mail) and mail["Auto-Submitted"] == "auto-generated"


def test_who_looked_meanwhile_gets_no_mail(acts: Acts, leaves: LetterLeaves, clock: Clock) -> None:
    acts.notes("ben", "Look.", notify=[address_of("ada"), address_of("lea")])
    acts.views("ada")
    sent = send_all(acts, leaves, clock)
    assert {address for _, address in sent} == {address_of("lea")}
    assert acts.row(select(t.letter.c.state).where(t.letter.c.address == address_of("ada"))).state == "dropped"


def test_who_lost_the_ticket_meanwhile_gets_no_mail(acts: Acts, leaves: LetterLeaves, clock: Clock) -> None:
    acts.notes("ben", SECRET, notify=[address_of("ada")])
    acts.desk.run(change_access, None, email=address_of("ada"), departments=["Billing"])
    assert not send_all(acts, leaves, clock)


def test_a_status_chosen_with_a_reply_makes_one_letter_of_both(acts: Acts, leaves: LetterLeaves, clock: Clock) -> None:
    acts.replies("ada", "Done.", status="resolved")
    sent = send_all(acts, leaves, clock)
    assert {kind for kind, _ in sent} == {"resolved"}
    mail = sent["resolved", address_of("rhea")]
    assert "Done." in text(mail) and "within 4 days" in text(mail) and "Auto-Submitted" not in mail


def test_files_are_attached_up_to_the_limit_and_linked_beyond_it(
    acts: Acts, leaves: LetterLeaves, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = leaves.files.save_mailed("plan.pdf", b"x" * 1_000)
    acts.replies("ada", "See the plan.", [file])
    (attached,) = send_all(acts, leaves, clock)["replied", address_of("rhea")].iter_attachments()
    assert attached.get_filename() == "plan.pdf" and attached.get_content() == b"x" * 1_000
    monkeypatch.setattr("console.mail.composing.MOST_BYTES", 999)
    acts.replies("ada", "And again.", [leaves.files.save_mailed("plan.pdf", b"y" * 1_000)])
    mail = send_all(acts, leaves, clock)["replied", address_of("rhea")]
    assert not list(mail.iter_attachments()) and "plan.pdf: https://desk.example/view/1/" in text(mail)


def test_a_letter_is_made_once_and_sent_again_as_it_was(acts: Acts, leaves: LetterLeaves, clock: Clock) -> None:
    acts.replies("ada", "First words.")
    before = send_all(acts, leaves, clock)["replied", address_of("rhea")]
    row = acts.rows(select(t.letter).where(t.letter.c.address == address_of("rhea")))[0]
    acts.desk.run(sending.send_again, row.id, acts.cast["root"])
    again = send_all(acts, leaves, clock)["replied", address_of("rhea")]
    assert again.as_bytes() == before.as_bytes()
    assert acts.rows(select(t.letter).where(t.letter.c.id == row.id))[0].attempt == 1


@pytest.mark.parametrize("hostile", ("a\r\nBcc: evil@x.example", "a\x00b", "a\u2028b", "=?utf-8?q?=0d=0aBcc:_x?="))
def test_no_header_is_made_by_what_somebody_wrote(
    hostile: str, postbox: Postbox, acts: Acts, leaves: LetterLeaves, clock: Clock
) -> None:
    with acts.desk.database.writing() as connection:
        connection.execute(update(t.ticket).values(subject=hostile.replace("\x00", "\x01")))
        connection.execute(
            update(t.person).where(t.person.c.id == acts.cast["ada"].id).values(name=hostile.replace("\x00", ""))
        )
    acts.replies("ada", hostile.replace("\x00", ""))
    raw = leaves.files.read((send_all(acts, leaves, clock), acts.rows(select(t.letter.c.key))[0].key)[1])
    head = raw.partition(b"\r\n\r\n")[0]
    names = {line.partition(b":")[0].lower() for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))}
    assert b"bcc" not in names and b"from" in names


@pytest.mark.parametrize("address", ("a@b@c", "a b@c.de", "a@", "@b", ".a@b.c", "a..b@c.d", "a@b\r\nx: y", "ä@b.de"))
def test_an_address_that_no_header_takes_is_refused(address: str) -> None:
    with pytest.raises(Unsendable):
        _address(address, "")
    assert _address("a.b+c@d.example", "").addr_spec == "a.b+c@d.example"


def test_an_admins_words_are_used_in_their_language_and_taken_back(
    postbox: Postbox, acts: Acts, leaves: LetterLeaves, clock: Clock
) -> None:
    words = {"subject": "{number}: got it", "body": "Dear {name},\n\nwe are on it.\n\n{link}"}
    acts.desk.run(wordings.set_words, acts.cast["root"], kind="confirmation", language="en", words=words)
    opened(postbox)
    mail = send_all(acts, leaves, clock)["confirmation", NEW]
    assert mail["Subject"] == "2: got it" and "we are on it" in text(mail)
    acts.desk.run(wordings.set_words, acts.cast["root"], kind="confirmation", language="en", words=None)
    opened(postbox)
    assert "we are on it" not in text(send_all(acts, leaves, clock)["confirmation", NEW])


@pytest.mark.parametrize("kind", wording.DEFAULTS)
@pytest.mark.parametrize("language", ("en", "es", "pt"))
def test_the_words_of_every_kind_are_possible_ones(kind: str, language: str) -> None:
    own = wording.default(kind, language)
    assert wording.checked(own.subject, own.body) == own
    filled = wording.paragraphs(own.body, dict.fromkeys(wording.PLACEHOLDERS, "x"))
    assert filled and not [words for _, words in filled if "{" in words]
