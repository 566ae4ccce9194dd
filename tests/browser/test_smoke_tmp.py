from playwright.sync_api import expect

def test_smoke(page_of, world):
    ada = page_of("ada").open("/tickets/1")
    ben = page_of("ben").open("/tickets/1")
    rhea = page_of("rhea").open("/portal/requests/1")
    ada.reply("Hello **there**")
    expect(ben.sent("Hello there")).to_be_visible()
    expect(rhea.sent("Hello there")).to_be_visible()
    for s in (ada, ben, rhea):
        s.page.screenshot(path=f"/tmp/shot-{s.name}.png")
    assert ada.content() == ben.content() or print(ada.content()["thread"], ben.content()["thread"])
    ada.choose("status", "pending")
    expect(ben.panel("status")).to_have_text("Pending")
