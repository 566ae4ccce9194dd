"""What a command of each address takes along, so that it does something: FORMS of pages, BODIES of the API."""

from __future__ import annotations

from cast import email

FORMS: dict[str, dict[str, str]] = {
    "/tickets/{number}/replies": {"body": "A word", "email": "1"},
    "/tickets/{number}/notes": {"body": "A word", "email": "0"},
    "/tickets/{number}/{field}": {"value": "open"},
    "/tickets/{number}/following": {"on": "1"},
    "/tickets/{number}/tags": {"tag": "a word", "on": "1"},
    "/preferences/keys": {"on": "1"},
    "/tickets/bulk": {"ticket": "1:999999", "action": "priority", "value": "high"},
    "/board/whispers": {"person": "1", "body": "A word"},
    "/views": {"name": "A word", "filter": "show=all"},
    "/sign-in/link": {"address": email("rhea")},
    "/preferences/portal": {"requests": "oldest"},
    "/portal/requests/{number}/looks": {"seen": "1"},
    "/settings/sla": {"act": "targets"},
    "/settings/escalation": {"act": "set", "name": "A word", "tells": "leads"},
    "/settings/desk": {"name": "chat", "on": "1"},
    "/settings/applications": {"act": "add", "what": "application", "name": "A word"},
    **{f"{side}/chat/answer": {"on": "1"} for side in ("/tickets/{number}", "/portal/requests/{number}")},
    **{f"{side}/chat/lines": {"body": "A word"} for side in ("/tickets/{number}", "/portal/requests/{number}")},
    "/tickets/{number}/holds": {"message": "2"},  # left long ago
    "/settings/mail/words/{kind}/{language}": {"subject": "A word", "body": "A word"},
    "/settings/mail/words/{kind}/{language}/preview": {"subject": "A word", "body": "A word"},
    "/portal/requests/{number}/rating": {"value": "good", "comment": "A word"},
    "/portal/requests/{number}/replies": {"body": "A word"},
    "/portal/requests/new": {"subject": "A word", "body": "A word", "priority": "low"},
    "/tickets/{number}/draft": {"body": "A word", "mode": "reply", "version": "999999"},  # never the present one
    "/tickets/{number}/draft/sharing": {"on": "0"},
    "/tickets/{number}/drafts/{author}/comments": {"body": "A word"},
}
BODIES: dict[str, dict[str, str]] = {
    "/api/v1/tokens": {"email": email("nobody"), "password": "wrong", "name": "test"},
    "/api/v1/tickets": {"subject": "A word", "body": "A word"},
    "/api/v1/tickets/{number}": {"priority": "high"},
    "/api/v1/tickets/{number}/messages": {"kind": "reply", "body": "A word"},
    "/api/v1/tickets/{number}/messages a note": {"kind": "note", "body": "A word"},
}
