"""Every address of the desk on one screen."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from console.api.routes import API
from console.statics import Statics
from console.web import (
    attachments,
    drafts,
    fields,
    following,
    health,
    letters,
    mail_settings,
    messages,
    notifications,
    originals,
    people,
    portal,
    preferences,
    signing_in,
    tickets,
    view_links,
    views,
)
from console.web.door import for_staff, signed_in
from console.web.since import since

FIELD = "{field:field}"


def routes(statics: Statics) -> list[BaseRoute]:
    return [
        Route("/", signed_in(health.start)),
        Route("/healthz", health.alive),
        Route("/readyz", health.ready),
        Route("/metrics", health.metrics),
        Route("/favicon.ico", health.favicon),
        Route("/static/{hash}/{path:path}", statics.show),
        Route("/sign-in", signing_in.show),
        Route("/sign-in", signing_in.sign_in, methods=["POST"]),
        Route("/sign-out", signing_in.sign_out, methods=["POST"]),
        Route("/preferences/language", preferences.choose_language, methods=["POST"]),
        Route("/preferences/keys", for_staff(preferences.choose_keys), methods=["POST"]),
        Route("/tickets", for_staff(tickets.index)),
        Route("/tickets/looks", for_staff(views.looks)),
        Route("/tickets/{number:number}", for_staff(tickets.show)),
        Route("/tickets/{number:number}/since/{seq:number}", for_staff(since("staff"))),
        Route("/tickets/{number:number}/views", for_staff(views.create), methods=["POST"]),
        Route("/tickets/{number:number}/unread", for_staff(views.unread), methods=["POST"]),
        Route("/tickets/{number:number}/following", for_staff(following.set), methods=["POST"]),
        Route("/tickets/{number:number}/actions", for_staff(following.actions)),
        Route("/tickets/{number:number}/replies", for_staff(messages.reply), methods=["POST"]),
        Route("/tickets/{number:number}/holds", for_staff(messages.hold), methods=["POST"]),
        Route("/tickets/{number:number}/notes", for_staff(messages.note), methods=["POST"]),
        Route("/tickets/{number:number}/draft", for_staff(drafts.mine)),
        Route("/tickets/{number:number}/draft", for_staff(drafts.save), methods=["POST"]),
        Route("/tickets/{number:number}/draft/discard", for_staff(drafts.discard), methods=["POST"]),
        Route("/tickets/{number:number}/draft/restore", for_staff(drafts.restore), methods=["POST"]),
        Route("/tickets/{number:number}/draft/sharing", for_staff(drafts.share), methods=["POST"]),
        Route("/tickets/{number:number}/drafts", for_staff(drafts.shared)),
        Route("/tickets/{number:number}/drafts/{author:number}/comments", for_staff(drafts.comment), methods=["POST"]),
        Route("/tickets/{number:number}/drafts/{author:number}/taking", for_staff(drafts.take_over), methods=["POST"]),
        Route("/tickets/{number:number}/people", for_staff(people.options)),
        Route(f"/tickets/{{number:number}}/choices/{FIELD}", for_staff(fields.choices)),
        Route(f"/tickets/{{number:number}}/{FIELD}", for_staff(fields.set), methods=["POST"]),
        Route("/tickets/{number:number}/messages/{message:number}/letters", for_staff(letters.of_message)),
        Route("/tickets/{number:number}/letters/{letter:number}", for_staff(letters.send_again), methods=["POST"]),
        Route("/messages/{message:number}/mail", for_staff(originals.show)),
        Route("/messages/{message:number}/original", for_staff(originals.original)),
        Route("/messages/{message:number}/raw", for_staff(originals.raw)),
        Route("/mail-images/{mail:number}/{number:number}/{until:number}/{code}", originals.image),
        Route("/view/{number:number}/{person:number}/{code}", view_links.show),
        Route("/settings/mail", mail_settings.for_admins(mail_settings.outbox)),
        Route("/settings/mail/letters/{letter:number}", mail_settings.for_admins(mail_settings.letter)),
        Route(
            "/settings/mail/letters/{letter:number}",
            mail_settings.for_admins(mail_settings.send_again),
            methods=["POST"],
        ),
        Route("/settings/mail/quarantine", mail_settings.for_admins(mail_settings.quarantine)),
        Route("/settings/mail/quarantine/{mail:number}", mail_settings.for_admins(mail_settings.held_raw)),
        Route(
            "/settings/mail/quarantine/{mail:number}/release",
            mail_settings.for_admins(mail_settings.release),
            methods=["POST"],
        ),
        Route(
            "/settings/mail/quarantine/{mail:number}/deletion",
            mail_settings.for_admins(mail_settings.delete),
            methods=["POST"],
        ),
        Route("/settings/mail/words/{kind}/{language}", mail_settings.for_admins(mail_settings.words)),
        Route(
            "/settings/mail/words/{kind}/{language}",
            mail_settings.for_admins(mail_settings.save_words),
            methods=["POST"],
        ),
        Route(
            "/settings/mail/words/{kind}/{language}/preview",
            mail_settings.for_admins(mail_settings.try_words),
            methods=["POST"],
        ),
        Route("/attachments/{key}/{name:path}", signed_in(attachments.show)),
        Route("/notifications", for_staff(notifications.index)),
        Route("/notifications/unread", for_staff(notifications.unread)),
        Route("/notifications/read", for_staff(notifications.read), methods=["POST"]),
        Route("/portal", signed_in(portal.index)),
        Route("/portal/requests/{number:number}", signed_in(portal.show)),
        Route("/portal/requests/{number:number}/since/{seq:number}", signed_in(since("public"))),
        Route("/portal/requests/{number:number}/reopening", signed_in(portal.reopen), methods=["POST"]),
        Route("/portal/requests/{number:number}/replies", signed_in(messages.portal_reply), methods=["POST"]),
        API,
    ]
