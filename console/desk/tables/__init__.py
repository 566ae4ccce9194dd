"""Every table of the desk, as SQLAlchemy Core. Rows are the truth; `activity` is the record of how they came to be."""

from __future__ import annotations

from console.desk.tables.applications import application, application_company, application_department, module
from console.desk.tables.chat import chat, chat_person, option
from console.desk.tables.columns import Moment, metadata
from console.desk.tables.log import activity, command, errand, log_head, notification
from console.desk.tables.mail import (
    bounced,
    inbound,
    letter,
    mail_id,
    mailbox,
    mailed,
    signing_key,
    view_link,
    wording,
)
from console.desk.tables.messages import attachment, message, message_person
from console.desk.tables.people import api_token, company, department, membership, person, session, sign_in_link
from console.desk.tables.promises import calendar, escalation, target
from console.desk.tables.ratings import rating
from console.desk.tables.tags import tag
from console.desk.tables.tickets import draft, draft_comment, follower, look, participant, public_look, ticket
from console.desk.tables.views import handed_out, view

# The columns that name a file of the store: whatever drops, backs up or counts files asks them all.
FILE_KEYS = (attachment.c.key, inbound.c.key, letter.c.key)

__all__ = [
    "FILE_KEYS",
    "Moment",
    "activity",
    "api_token",
    "application",
    "application_company",
    "application_department",
    "attachment",
    "bounced",
    "calendar",
    "chat",
    "chat_person",
    "command",
    "company",
    "department",
    "draft",
    "draft_comment",
    "errand",
    "escalation",
    "follower",
    "handed_out",
    "inbound",
    "letter",
    "log_head",
    "look",
    "mail_id",
    "mailbox",
    "mailed",
    "membership",
    "message",
    "message_person",
    "metadata",
    "module",
    "notification",
    "option",
    "participant",
    "person",
    "public_look",
    "rating",
    "session",
    "sign_in_link",
    "signing_key",
    "tag",
    "target",
    "ticket",
    "view",
    "view_link",
    "wording",
]
