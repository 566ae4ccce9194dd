"""Mail: what came in, what goes out, and what is known of ids and addresses."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

from console.desk.tables.columns import Id, Moment, metadata, own_id, to

# A mail as it came: kept before anybody is told that it arrived, parsed afterwards. The bytes are a file of the store.
inbound = Table(
    "inbound",
    metadata,
    own_id(),
    Column("source", String(80), nullable=False),  # pipe, lmtp, or imap and the mailbox
    Column("uidvalidity", BigInteger),
    Column("uid", BigInteger),
    Column("key", String(32), nullable=False, unique=True),  # of the file with the bytes
    Column("size_bytes", Integer, nullable=False),
    Column("recipients", Text, nullable=False),  # JSON: addresses of the envelope
    Column("state", String(8), nullable=False),  # received filed ignored held refused deleted
    Column("reason", String(20)),  # why it was ignored, held or refused; of a filed one: what sort of automatic mail
    Column("attempt", Integer, nullable=False),  # how often parsing it was begun
    Column("error", Text),
    Column("mail_id", String(250), index=True),
    Column("from_address", String(254)),
    Column("from_name", String(200)),
    Column("subject", String(250)),
    Column("result", Text),  # JSON: what was answered to whoever brought it
    to("ticket_number", "ticket.number", nullable=True),
    to("message_id", "message.id", nullable=True, unique=True),
    Column("automatic", Boolean, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("settled_at", Moment),
    UniqueConstraint("source", "uidvalidity", "uid"),
    Index("ix_inbound_state_id", "state", "id"),
    Index("ix_inbound_from_address_received_at", "from_address", "received_at"),
)

# Every Message-ID of a ticket, theirs and ours. The same id from another sender is another mail.
mail_id = Table(
    "mail_id",
    metadata,
    Column("id", String(250), primary_key=True),  # without <>; of a mail without one: made from its bytes
    Column("from_address", String(254), primary_key=True),  # "" for the desk's own
    to("ticket_number", "ticket.number", index=True),
    Column("audience", String(6), nullable=False),  # staff or public: who may know what this mail says
    Column("at", Moment, nullable=False),
)

# What a mail said besides the words that are shown.
mailed = Table(
    "mailed",
    metadata,
    to("message_id", "message.id", primary_key=True, autoincrement=False),
    to("inbound_id", "inbound.id"),
    Column("address", String(254), nullable=False),  # it came from
    Column("quoted", Text, nullable=False),
    Column("signature", Text, nullable=False),
    Column("has_html", Boolean, nullable=False),
    Column("copied", Text, nullable=False),  # JSON: whom the first mail was sent to besides, as `name <address>`
    Column(
        "proposed", Text, nullable=False
    ),  # JSON: the same of a later one; they get nothing until somebody adds them
)

# A mail to one person. Its Message-ID is fixed when it is filed, its bytes when it is first sent.
letter = Table(
    "letter",
    metadata,
    own_id(),
    Column("kind", String(20), nullable=False),
    to("ticket_number", "ticket.number", nullable=True),
    Column("position", BigInteger, nullable=False),  # of the activity that it tells of
    to("person_id", "person.id"),
    to("message_id", "message.id", nullable=True, index=True),
    Column("address", String(254), nullable=False),
    Column("mail_id", String(250), nullable=False, unique=True),
    Column("state", String(8), nullable=False),  # queued leaving sent failed unknown dropped
    Column("attempt", Integer, nullable=False),
    Column("error", Text),
    Column("key", String(32), unique=True),  # of the file with the bytes, once they are made
    Column("filed_at", Moment, nullable=False),
    Column("settled_at", Moment),
    UniqueConstraint("position", "person_id", "kind"),
    Index("ix_letter_state_id", "state", "id"),
    Index("ix_letter_address_filed_at", "address", "filed_at"),
)

# Addresses that mail came back from: two points for good, one for now.
bounced = Table(
    "bounced",
    metadata,
    Column("address", String(254), primary_key=True),
    Column("score", Integer, nullable=False),
    Column("status", String(20)),
    Column("permanent", Boolean, nullable=False),  # mail to it is not tried any more
    Column("at", Moment, nullable=False),
)

# The key that signs reply addresses, Message-IDs and view links: one for the desk, however many workers it has.
signing_key = Table(
    "signing_key",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("value", String(64), nullable=False),
)

# A view link is computed; only what ends it is kept.
view_link = Table(
    "view_link",
    metadata,
    Column("person_id", Id, primary_key=True, autoincrement=False),
    Column("ticket_number", Id, primary_key=True, autoincrement=False),
    Column("generation", Integer, nullable=False),
    Column("mailed_at", Moment, nullable=False),
)

# How far each mailbox was read, and how it goes.
mailbox = Table(
    "mailbox",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("uidvalidity", BigInteger),
    Column("uid", BigInteger),  # the last one that is kept here
    Column("read_at", Moment),  # when it was last seen to its end
    Column("failing_since", Moment),
    Column("error", Text),
    Column("holder", String(40)),  # the process that reads it, until `held_until`; then another may
    Column("held_until", Moment),
)

# What an admin wrote instead of the words that a kind of letter has.
wording = Table(
    "wording",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("language", String(2), primary_key=True),
    Column("subject", String(250), nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Moment, nullable=False),
)
