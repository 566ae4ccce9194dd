"""Every sentence exists in every language, with the same placeholders, and everybody gets the language that fits best."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from console.config import LANGUAGES
from console.language import ENDONYMS, FOLDER, accepted, catalogue, choose, translate

CONSOLE = Path(__file__).parent.parent / "console"
TRANSLATED = [language for language in LANGUAGES if language != "en"]
PLACEHOLDER = re.compile(r"%\((\w+)\)s|%(?!\()(.?)|{(\w+)}")

Sentence = str | tuple[str, str]  # one, or singular and plural


def in_templates(path: Path) -> Iterator[Sentence]:
    options = {"trimmed": "true", "silent": "false"}
    for _, sentence, _, _ in extract_from_file("jinja2.ext:babel_extract", str(path), options=options):
        yield (sentence[0], sentence[1]) if isinstance(sentence, tuple) else sentence


def in_python(path: Path) -> Iterator[Sentence]:
    """What is marked with N_ or translated where it stands."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            spoken = {"N_": node.args[:1], "translate": node.args[1:2]}.get(name, [])
            yield from (each.value for each in spoken if isinstance(each, ast.Constant) and isinstance(each.value, str))


@cache
def sentences() -> dict[Sentence, str]:
    """Every sentence, with a file that has it."""
    found: dict[Sentence, str] = {}
    for path in sorted(CONSOLE.rglob("*")):
        if path.suffix in (".html", ".py"):
            read = in_templates if path.suffix == ".html" else in_python
            found |= dict.fromkeys(read(path), str(path.relative_to(CONSOLE)))
    return found


@cache
def source(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / "console.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def placeholders(text: str) -> list[str]:
    return sorted(found[0] for found in PLACEHOLDER.finditer(text))


def test_sentences_are_found_where_they_are_written() -> None:
    found = sentences()
    assert len(found) > 150
    for known in ("Internal note", "Write something before you send.", ("%(num)s update", "%(num)s updates")):
        assert known in found, "the search for sentences does not see this one"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(language: str) -> None:
    there = {message.id for message in source(language) if message.id}
    missing = {sentence: file for sentence, file in sentences().items() if sentence not in there}
    assert not missing, f"add these to locale/{language}/LC_MESSAGES/console.po"


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_empty_or_a_guess(language: str) -> None:
    for message in source(language):
        if message.id:
            assert all(form.strip() for form in forms(message)), f"{language}: {message.id!r} is empty"
            assert not message.fuzzy, f"{language}: {message.id!r} is fuzzy"
            assert len(forms(message)) == (1 if isinstance(message.id, str) else source(language).num_plurals)
    assert not source(language).obsolete and not source(language).fuzzy


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_placeholders_of_its_sentence(language: str) -> None:
    for message in source(language):
        expected = placeholders(message.id if isinstance(message.id, str) else message.id[1]) if message.id else []
        for form in forms(message) if message.id else ():
            assert placeholders(form) == expected, f"{language}: {message.id!r}"
            assert (form[0].isspace(), form[-1].isspace()) == (False, False), f"{language}: {message.id!r}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogues_hold_nothing_that_nobody_says(language: str) -> None:
    left = {message.id for message in source(language) if message.id} - sentences().keys()
    assert not left, f"locale/{language}/LC_MESSAGES/console.po: nobody says these any more"


def test_every_language_has_a_catalogue_and_a_name() -> None:
    assert set(ENDONYMS) == set(LANGUAGES)
    assert {path.name for path in FOLDER.iterdir()} == set(TRANSLATED)
    for language in TRANSLATED:
        assert catalogue(language).gettext("Open") != "Open"


def test_a_sentence_is_translated_with_its_values() -> None:
    sentence = "Nobody here has the address %(email)s."
    assert translate("en", sentence, email="a@b.example") == "Nobody here has the address a@b.example."
    for language in TRANSLATED:
        assert "a@b.example" in translate(language, sentence, email="a@b.example")
        assert translate(language, sentence, email="100 %") != translate("en", sentence, email="100 %")
    assert translate("es", "100 % of a sentence that no catalogue has") == "100 % of a sentence that no catalogue has"


@pytest.mark.parametrize(
    ("header", "language"),
    (
        ("", "en"),
        ("es", "es"),
        ("es-MX", "es"),
        ("es-419,es;q=0.9", "es"),
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt"),
        ("PT-br", "pt"),
        ("zh-Hant-TW,pt-PT;q=0.5", "pt"),
        ("de-DE,de;q=0.9,es;q=0.3", "es"),
        ("de,fr;q=0.9", "en"),
        ("en;q=0.2,es;q=0.8", "es"),
        ("es;q=0.5,pt;q=0.5", "es"),
        ("es;q=0,pt;q=0.1", "pt"),
        ("es;q=0", "en"),
        ("es ; q=0.1 , pt ; q=0.9", "pt"),
        ("es;q=0.1, en;q=0.7", "en"),
        ("*", "en"),
        ("es;q=high,pt", "pt"),
        ("es;q=nan,pt;q=0.1", "pt"),
        ("es;q=-1,pt;q=0.1", "pt"),
        (";;;,,,;q=1,-,_,es--x", "en"),
        ("x" * 10_000, "en"),
        (",".join(["de"] * 5_000) + ",es", "en"),
        ("\0es,pt", "pt"),
    ),
)
def test_the_browsers_language_is_taken_if_we_speak_it(header: str, language: str) -> None:
    assert accepted(header) == language


@pytest.mark.parametrize(
    ("preferred", "header", "language"),
    (
        (None, "es", "es"),
        ("pt", "es", "pt"),
        ("en", "es", "en"),
        ("de", "es", "es"),
        ("", "es", "es"),
        (None, "", "en"),
    ),
)
def test_what_a_person_chose_goes_before_their_browser(preferred: str | None, header: str, language: str) -> None:
    assert choose(preferred, header) == language
