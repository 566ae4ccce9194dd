"""The catalogue of activities: each kind is declared here once, with everything the rest of the house asks about it.

A new kind needs a row here, an action that appends it, `templates/tickets/entries/<kind>.html`, for a public kind also
`templates/public/entries/<kind>.html`, its words in both catalogues and a row in docs/kinds.md. tests/test_house.py says
which of these is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Audience = Literal["staff", "public"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of activity.

    `public`: requesters of the ticket may know of it. `of_ticket`: False for changes that have no ticket.
    `panels`, `public_panels`: regions of the page that it changes. `guards`: it stops a send whose author has not
    seen it. `quiet`: it does not touch "updated". `evicts`: it may take access away, so sockets are asked again.
    `chat`: it is shown in the chat.
    """

    name: str
    public: bool = False
    of_ticket: bool = True
    panels: tuple[str, ...] = ()
    public_panels: tuple[str, ...] = ()
    guards: bool = False
    quiet: bool = False
    evicts: bool = False
    chat: bool = False


# Every ticket activity changes the count on its tab, so these two belong to all of them.
COUNTS = ("counts_conversation", "counts_activity")
SPOKEN = (*COUNTS, "facts", "activity_status", "summary", "sla")
PUBLIC_FACTS = ("facts", "request", "solved")

_ALL = (
    Kind("opened", public=True, panels=SPOKEN, public_panels=PUBLIC_FACTS),
    Kind("replied", public=True, panels=SPOKEN, public_panels=PUBLIC_FACTS, guards=True),
    Kind("reply_queued", panels=COUNTS),
    Kind("reply_held", panels=COUNTS),
    Kind("requester_replied", public=True, panels=SPOKEN, public_panels=PUBLIC_FACTS, guards=True),
    Kind("auto_replied", public=True, panels=COUNTS, public_panels=PUBLIC_FACTS),
    Kind("noted", panels=COUNTS),
    Kind("recorded", public=True, panels=SPOKEN, public_panels=PUBLIC_FACTS, guards=True),
    Kind("redacted", public=True, panels=COUNTS),
    Kind("note_redacted", panels=COUNTS),
    Kind("note_shown", public=True, panels=SPOKEN, public_panels=PUBLIC_FACTS, guards=True),
    *(
        Kind(f"chat_{each}", public=True, panels=(*COUNTS, "chat"), public_panels=("chat", "request"), chat=True)
        for each in ("asked", "accepted", "declined", "unanswered", "joined", "handed_over", "ended")
    ),
    Kind("chat_line", public=True, panels=SPOKEN, public_panels=PUBLIC_FACTS, guards=True, chat=True),
    Kind(
        "status_changed",
        public=True,
        panels=(*COUNTS, "facts", "status", "summary", "sla"),
        public_panels=(*PUBLIC_FACTS, "chat"),
        guards=True,
    ),
    Kind(
        "priority_changed",
        public=True,
        panels=(*COUNTS, "facts", "priority", "summary", "sla"),
        public_panels=PUBLIC_FACTS,
    ),
    Kind(
        "application_changed",
        public=True,
        panels=(*COUNTS, "application", "module"),
        public_panels=PUBLIC_FACTS,
    ),
    Kind("module_changed", public=True, panels=(*COUNTS, "module"), public_panels=PUBLIC_FACTS),
    Kind("type_changed", panels=(*COUNTS, "type", "summary")),
    Kind("impact_changed", panels=(*COUNTS, "impact")),
    Kind("tagged", panels=(*COUNTS, "tags")),
    Kind("untagged", panels=(*COUNTS, "tags")),
    Kind("assigned", panels=(*COUNTS, "technician", "summary")),
    Kind("viewed", panels=(*COUNTS, "activity_status"), quiet=True),
    Kind("marked_unread", panels=(*COUNTS, "activity_status"), quiet=True),
    Kind("followed", panels=COUNTS, quiet=True),
    Kind("unfollowed", panels=COUNTS, quiet=True),
    Kind("bounced", panels=COUNTS),
    Kind("complained", panels=COUNTS),
    Kind("letter_failed", panels=COUNTS),
    Kind("followed_up", panels=COUNTS),
    Kind("links_revoked", panels=COUNTS),
    Kind("rated", panels=(*COUNTS, "facts")),
    Kind("reply_returned", panels=COUNTS),
    Kind("mail_held", panels=COUNTS),
    Kind("sla_missed", panels=(*COUNTS, "sla"), quiet=True),
    Kind("sla_moved", panels=(*COUNTS, "sla"), quiet=True),
    Kind("escalated", panels=COUNTS, quiet=True),
    Kind("sla_set", of_ticket=False),
    Kind("escalation_set", of_ticket=False),
    Kind("mail_refused", of_ticket=False),
    Kind("mail_settled", of_ticket=False),
    Kind("mail_worded", of_ticket=False),
    Kind("option_switched", of_ticket=False),
    Kind("whispered", of_ticket=False),
    Kind("view_saved", of_ticket=False),
    Kind("view_deleted", of_ticket=False),
    Kind("offer_changed", of_ticket=False),
    Kind("link_asked", of_ticket=False),
    Kind("signed_in", of_ticket=False),
    Kind("signed_out", of_ticket=False, evicts=True),
    Kind("token_created", of_ticket=False),
    Kind("token_revoked", of_ticket=False, evicts=True),
    Kind("language_chosen", of_ticket=False),
    Kind("letter_keys_chosen", of_ticket=False),
    Kind("portal_arranged", of_ticket=False),
    Kind("notifications_read", of_ticket=False),
    Kind("person_added", of_ticket=False),
    Kind("access_changed", of_ticket=False, evicts=True),
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
