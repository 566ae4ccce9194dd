"""What is kept to be asked for again stays within its bound."""

from __future__ import annotations

from console.recent import Recent


def test_what_was_used_last_is_kept_and_the_rest_goes() -> None:
    recent: Recent[str] = Recent(10)
    recent.keep("a", "first", 4)
    recent.keep("b", "second", 4)
    assert recent.get("a") == "first"
    recent.keep("c", "third", 4)
    assert (recent.get("a"), recent.get("b"), recent.get("c")) == ("first", None, "third")


def test_what_weighs_too_much_is_not_kept_and_leaves_no_weight_behind() -> None:
    recent: Recent[str] = Recent(10)
    recent.keep("a", "heavy", 11)
    assert recent.get("a") is None
    recent.keep("b", "light", 10)
    assert recent.get("b") == "light"


def test_what_two_threads_made_is_weighed_once() -> None:
    recent: Recent[str] = Recent(10)
    recent.keep("a", "mine", 6)
    recent.keep("a", "theirs", 6)
    recent.keep("b", "other", 4)
    assert (recent.get("a"), recent.get("b")) == ("mine", "other")
