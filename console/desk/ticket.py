"""What a ticket can be: its fields' values, and how its activity status moves by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

STATUSES = ("open", "pending", "resolved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
TYPES = ("incident", "problem", "request", "change")
IMPACTS = ("person", "team", "site", "company")
SOURCES = ("portal", "mail", "staff", "chat", "api")
FIELDS = {"status": STATUSES, "priority": PRIORITIES, "type": TYPES, "impact": IMPACTS}

SUBJECT_LIMIT = 250  # characters; the column's width


def category(status: str) -> str:
    """The category of a status: open, pending, resolved or closed."""
    return status


def after_requester_wrote(activity_status: str) -> str:
    """A requester who answers a reply waits for a technician; any other message is unread."""
    return "awaiting_technician" if activity_status in ("awaiting_requester", "awaiting_technician") else "unread"


def after_answered(row: Any, at: datetime) -> dict[str, Any]:
    """The fields that move when a technician says something to the requester."""
    first = row.first_response_at or at
    return {"activity_status": "awaiting_requester", "last_public_side": "technician", "first_response_at": first}


def stamps(row: Any, status: str, at: datetime) -> dict[str, datetime | None]:
    """The time stamps that a change to `status` sets or clears."""
    resolved = at if category(status) == "resolved" else row.resolved_at if category(status) == "closed" else None
    return {"resolved_at": resolved, "closed_at": at if category(status) == "closed" else None}


def public_words(row: Any) -> str:
    """The status as the requester reads it, by category and by who spoke last in public."""
    kind = category(row.status)
    if kind in ("resolved", "closed"):
        return kind
    if kind == "pending":
        return "answered_waiting"
    return "answered" if row.last_public_side == "technician" else "awaiting_reply"
