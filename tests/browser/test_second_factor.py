"""A second factor set up and used, in a browser, without a mouse."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.accessible import assert_breaks_no_rule
from tests.browser.conftest import Open
from tests.browser.desks import PASSWORD
from tests.browser.served import ServedDesk
from tests.people.apps import App

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.prove


def type_password(page: Page, desk: ServedDesk, person: str) -> None:
    page.goto(desk.address("/admin/login/"))
    page.keyboard.type(person)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def set_up_app(page: Page) -> tuple[App, list[str]]:
    """An app that read the square's letters, and the recovery codes that came with it."""
    page.locator(".desk-square").wait_for()
    signed = page.locator("[name=secret]").get_attribute("value") or ""
    app = App(bytes.fromhex(signed.partition(":")[0]))
    page.keyboard.type(app.code())  # the box has the focus
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Recovery codes").wait_for()
    return app, page.locator("ul.desk-secret code").all_inner_texts()


def test_an_app_is_set_up_and_asked_for_and_every_page_breaks_no_rule(
    browse: Callable[..., Page], open_browser: Open, desk: ServedDesk
) -> None:
    page = browse(desk, "new-editor")
    page.goto(desk.address("/admin/factors/app/"))
    app, codes = set_up_app(page)
    assert len(codes) == 10
    assert_breaks_no_rule(page)
    page.goto(desk.address("/admin/factors/"))
    assert_breaks_no_rule(page)

    other = open_browser().new_page()
    type_password(other, desk, "new-editor")
    other.wait_for_url(desk.address("/admin/second-step/?next=%2Fadmin%2F"))
    assert_breaks_no_rule(other)
    other.keyboard.type(app.wrong())
    other.keyboard.press("Enter")
    other.get_by_text("That code is not right").wait_for()
    assert_breaks_no_rule(other)
    other.locator("#id_code").fill(codes[0])
    other.keyboard.press("Enter")
    other.wait_for_url(desk.address("/admin/"))


def give_key(page: Page) -> None:
    """Plug a security key, whose owner is always there, into Chromium: its virtual authenticator."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": key})


def test_a_passkey_is_made_and_used_without_a_mouse(open_browser: Open, desk: ServedDesk) -> None:
    root = desk.root.replace("127.0.0.1", "localhost")  # browsers make none for a bare address
    page = open_browser().new_page()
    give_key(page)
    page.goto(f"{root}/admin/login/?next=/admin/factors/passkey/")
    page.locator("#id_username").fill("new-reporter")
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{root}/admin/factors/passkey/")
    assert_breaks_no_rule(page)
    page.keyboard.type("key")  # the box has the focus
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Recovery codes").wait_for()
    page.get_by_role("button", name="Log out").click()
    page.goto(f"{root}/admin/login/")
    page.locator("#id_username").fill("new-reporter")
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{root}/admin/second-step/?next=%2Fadmin%2F")
    assert_breaks_no_rule(page)
    page.get_by_role("button", name="Use a passkey").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{root}/admin/")


def test_an_invitation_breaks_no_rule_and_leads_in(
    browse: Callable[..., Page], open_browser: Open, desk: ServedDesk
) -> None:
    page = browse(desk)
    page.goto(desk.address(f"/admin/auth/user/{desk.places['user']}/ways-in/"))
    page.get_by_role("button", name="Make an invitation link").press("Enter")
    link = page.locator("code.desk-secret").inner_text()
    assert_breaks_no_rule(page)
    guest = open_browser().new_page()
    guest.goto(link)
    assert_breaks_no_rule(guest)
    guest.locator("#id_new_password1").fill("words-that-a-guest-chose")
    guest.locator("#id_new_password2").fill("words-that-a-guest-chose")
    guest.keyboard.press("Enter")
    guest.wait_for_url(desk.address("/admin/login/?next=%2Fadmin%2Ffactors%2F"))
    guest.goto(link)
    guest.get_by_text("This link is good no more").wait_for()
    assert_breaks_no_rule(guest)
