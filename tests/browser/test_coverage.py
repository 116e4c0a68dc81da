"""Coverage in a browser: why a step is what it is, without leaving the table, and with no script."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Enter, OpenBrowser
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidacyFactory
from tests.factories.stories import StoryFactory


@pytest.mark.parametrize("width", [1440, 390], ids=["desk", "phone"])
@pytest.mark.parametrize("has_javascript", [True, False], ids=["js", "no-js"])
def test_why_a_step_is_what_it_is_opens_beside_it(
    open_browser: OpenBrowser, enter: Enter, site: str, width: int, has_javascript: bool
) -> None:
    user = UserFactory.create()
    CandidacyFactory.create(person=user)
    StoryFactory.create(owner=user, title="Faster deploys")
    page = open_browser(viewport={"width": width, "height": 900}, java_script_enabled=has_javascript)
    enter(page.context, user)
    page.goto(f"{site}/readiness/?kind=principle")

    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="Ownership"))
    row.locator("summary").click()
    if not has_javascript:
        row.get_by_role("link", name="What stands behind it").click()
        expect(page.locator("#why")).to_contain_text("Faster deploys")
        return

    expect(row.get_by_role("link", name="Faster deploys")).to_be_visible()
    expect(row).to_contain_text("No complete version yet")

    page.get_by_label("What is missing").select_option("none")
    expect(page.get_by_role("link", name="Ownership", exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name="Think Big", exact=True)).to_be_visible()
