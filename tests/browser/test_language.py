"""Everybody reads the desk in their own language: pages, pushed fragments and errors, side by side on one ticket."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.conftest import People
from browser.screen import Screen
from cast import email

WORDS = {
    "es": ("Abierto", "Pendiente", "Respuesta pública", "Nota interna", "Prioridad", "Urgente"),
    "pt": ("Aberto", "Pendente", "Resposta pública", "Nota interna", "Prioridade", "Urgente"),
    "en": ("Open", "Pending", "Public reply", "Internal note", "Priority", "Urgent"),
}


def test_one_change_is_told_to_each_in_their_language(page_of: People) -> None:
    screens = {
        language: page_of(name, language=language).open("/tickets/1")
        for language, name in (("es", "ada"), ("pt", "ben"), ("en", "lea"))
    }
    portals = {
        language: page_of(name, language=language).open("/portal/requests/1")
        for language, name in (("es", "rhea"), ("pt", "cora"))
    }
    for language, screen in screens.items():
        opened, _, reply, note, priority, _ = WORDS[language]
        assert screen.page.locator("html").get_attribute("lang") == language
        expect(screen.panel("status")).to_have_text(opened)
        expect(screen.page.get_by_role("button", name=reply, exact=True)).to_be_visible()
        expect(screen.page.get_by_role("button", name=note, exact=True)).to_be_visible()
        expect(screen.picker("priority")).to_contain_text(priority)
    screens["es"].choose("status", "pending")
    screens["pt"].choose("priority", "urgent")
    for language, screen in screens.items():
        expect(screen.panel("status")).to_have_text(WORDS[language][1])
        expect(screen.panel("priority")).to_have_text(WORDS[language][5])
        expect(screen.log.nth(1)).to_contain_text(WORDS[language][1])
    expect(portals["es"].panel("facts")).to_contain_text("Respondido, espera tu respuesta")
    expect(portals["pt"].panel("facts")).to_contain_text("Respondido, aguardando você")
    screens["es"].open("/tickets")  # the ticket's own page makes no toast of what it shows
    screens["en"].note("@Ada have a look")
    expect(screens["es"].page.locator(".toast")).to_contain_text("te mencionó en #1", ignore_case=True)


@pytest.mark.parametrize(
    ("language", "empty", "refused"),
    [
        ("es", "Escribe primero un mensaje.", "este tipo de archivo no está permitido"),
        ("pt", "Escreva primeiro uma mensagem.", "este tipo de arquivo não é permitido"),
    ],
)
def test_errors_speak_the_language_of_the_page(language: str, empty: str, refused: str, page_of: People) -> None:
    ada = page_of("ada", language=language).open("/tickets/1")
    ada.forgive("422", "404")
    ada.send()
    expect(ada.problem).to_have_text(empty)
    ada.page.locator("reply-composer input[type=file]").set_input_files(
        {"name": "tool.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"}
    )
    ada.send()
    expect(ada.problem).to_contain_text(refused)
    ada.open("/tickets/999", live=False)
    assert ada.page.locator("html").get_attribute("lang") == language
    expect(ada.page.get_by_role("heading", level=1)).not_to_have_text("Page not found")


@pytest.mark.full
def test_a_language_chosen_in_the_menu_stays_with_the_person(page_of: People) -> None:
    ada = page_of("ada").open("/tickets/1")
    ada.page.locator("details.user-menu summary").click()
    ada.page.get_by_role("button", name="Español").click()
    expect(ada.page.locator("html")).to_have_attribute("lang", "es")
    expect(ada.page).to_have_url(ada.url + "/tickets/1")
    ada.wait_live()
    expect(ada.panel("status")).to_have_text("Abierto")
    ada.choose("status", "resolved")
    expect(ada.panel("status")).to_have_text("Resuelto")
    elsewhere = page_of("ada", language="pt").open("/tickets")
    assert elsewhere.page.locator("html").get_attribute("lang") == "es"


@pytest.mark.full
def test_a_visitor_chooses_a_language_before_signing_in(page_of: People) -> None:
    visitor: Screen = page_of(language="pt").open("/sign-in", live=False)
    expect(visitor.page.get_by_role("button", name="Entrar")).to_be_visible()
    visitor.page.get_by_role("button", name="Español").click()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "es")
    visitor.forgive("422")
    visitor.page.locator("[name=email]").fill(email("ada"))
    visitor.page.locator("[name=password]").fill("wrong")
    visitor.page.locator("form.form button.primary").click()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "es")
    expect(visitor.page.locator("[name=email]")).to_have_value(email("ada"))


@pytest.mark.full
@pytest.mark.parametrize("language", ["es", "pt"])
def test_no_english_word_is_left_on_a_page(language: str, page_of: People) -> None:
    english = {
        "Open", "Send", "Priority", "Technician", "Nobody", "Requester", "Notifications", "Activity",
        "Conversation", "Details", "Attach files", "Live", "Internal note", "Public reply", "Message", "My requests",
        "Reply", "Images", "Document", "Exit", "Unassigned", "Sign out", "Language",
    }  # fmt: skip
    ada = page_of("ada", language=language).open("/tickets/1")
    rhea = page_of("rhea", language=language).open("/portal/requests/1")
    for screen, path in ((ada, ""), (ada, "/tickets"), (ada, "/notifications"), (rhea, ""), (rhea, "/portal")):
        if path:
            screen.open(path)
        said = screen.page.evaluate(
            """() => [...document.querySelectorAll('body *')].flatMap((e) => [
              ...[...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()),
              e.getAttribute('aria-label') ?? '', e.getAttribute('placeholder') ?? ''])"""
        )
        left = english & set(said)
        assert not left, f"{path or screen.page.url} in {language}: {left}"
