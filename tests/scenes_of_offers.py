"""How the application and the module of ticket 1 change: steps for tests/test_same_page.py."""

from __future__ import annotations

from collections.abc import Iterator

import offers
from desk.acts import Acts

from cast import Clock


def application_changed(acts: Acts, clock: Clock) -> Iterator[object]:
    there = offers.make(acts.desk, acts.cast)
    yield acts.sets("ada", "application", str(there.administration))
    yield acts.sets("ada", "module", str(there.stock))
    yield acts.sets("ada", "application", str(there.accounting))
    yield acts.sets("ada", "application", "")


def module_changed(acts: Acts, clock: Clock) -> Iterator[object]:
    there = offers.make(acts.desk, acts.cast)
    yield acts.sets("ada", "application", str(there.administration))
    for chosen in (there.stock, there.invoicing, ""):
        yield acts.sets("ada", "module", str(chosen))


SCENES = {"application_changed": {"": application_changed}, "module_changed": {"": module_changed}}
