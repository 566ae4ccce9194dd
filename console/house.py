"""What every door needs: one value, made by app.py, found at `request.app.state.house`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from console.config import Settings
from console.desk.attachment import FileStore
from console.desk.desk import Desk
from console.fragments import Renderer
from console.limiting import Limits, SignInLimit
from console.mail.cells import Cells
from console.passwords import Passwords
from console.presence.registry import Presence
from console.statics import Statics
from console.templating import Templates


@dataclass(frozen=True, slots=True)
class House:
    """`lag` is how many seconds the live feed is behind the log, `metrics` gives figures as text; `demo` says that the
    demo's accounts may be shown."""

    settings: Settings
    desk: Desk
    statics: Statics
    templates: Templates
    renderer: Renderer
    presence: Presence
    files: FileStore
    parser: Cells
    passwords: Passwords
    limits: Limits
    sign_in_limit: SignInLimit
    lag: Callable[[], float]
    metrics: Callable[[], Awaitable[bytes]]
    demo: bool = False
