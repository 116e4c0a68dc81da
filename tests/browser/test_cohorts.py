"""An organiser's two pages: a cohort, thirty pasted lines with three bad ones, a preview, and done."""

import re
import time
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.accounts.models import Invitation, User
from apps.cohorts.models import Cohort
from tests.browser.conftest import Enter, OpenBrowser
from tests.factories.accounts import UserFactory
from tests.factories.candidates import CandidacyFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.frameworks import shipped_version

A_MINUTE = 60.0
GOOD = [
    form.format(n)
    for n in range(9)
    for form in (
        "Ada Number{0} <ada{0}@example.com>",
        "bo{0}@example.com, Bo Number{0}",
        "Cy Number{0}\tcy{0}@example.com",
    )
]
BAD = ["Name\tE-mail", "Di Lind <di@>", "ada0@example.com"]
THIRTY = "\n".join([BAD[0], *GOOD[:14], BAD[1], *GOOD[14:], BAD[2]])


@pytest.fixture
def organiser(db: None) -> User:
    shipped_version()
    return UserFactory.create(name="Ines Sousa", email="ines@example.com", may_create_cohorts=True)


def fill_in(page: Page, site: str) -> None:
    page.goto(f"{site}{reverse('cohorts:index')}")
    page.get_by_role("link", name="New cohort").first.click()
    page.get_by_label("Name of the cohort").fill("Spring 2027 to L6")
    page.get_by_label("Target date").fill(f"{timezone.localdate() + timedelta(days=200):%Y-%m-%d}")
    page.get_by_label("Whom you invite").fill(THIRTY)
    page.get_by_role("button", name="Check the list").click()


def expect_three_bad_ones(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("27 to invite, 3 to look at")
    expect(page.get_by_text("Line 1: There is no e-mail address in this line.")).to_be_visible()
    expect(page.get_by_text("Line 16: “di@” is not an e-mail address.")).to_be_visible()
    expect(page.get_by_text("Line 30: The same address as in line 2.")).to_be_visible()
    expect(page.get_by_label("Whom you invite")).to_have_value(THIRTY)
    assert not Cohort.objects.exists()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("width", [1440, 390])
def test_thirty_people_are_invited_in_a_minute(
    open_browser: OpenBrowser, site: str, organiser: User, enter: Enter, width: int, script: bool
) -> None:
    page = open_browser(viewport={"width": width, "height": 900}, java_script_enabled=script)
    enter(page.context, organiser)
    began = time.monotonic()

    fill_in(page, site)
    expect_three_bad_ones(page)
    page.get_by_role("button", name="Create and invite 27").click()
    expect(page).to_have_url(re.compile(r"/cohorts/\d+/$"))

    assert time.monotonic() - began < A_MINUTE
    expect(page.get_by_role("heading", level=1)).to_have_text("Spring 2027 to L6")
    expect(page.get_by_text("27 invitations went out")).to_be_visible()
    expect(page.get_by_text("27 invited, not joined")).to_be_visible()
    assert Invitation.objects.filter(kind="cohort").count() == len(GOOD)


def test_a_bad_line_is_put_right_in_the_preview(page: Page, site: str, organiser: User, enter: Enter) -> None:
    enter(page.context, organiser)
    fill_in(page, site)

    page.get_by_label("Whom you invite").fill(THIRTY.replace("di@>", "di@example.com>"))
    # What was shown is not what this would send, so it is shown once more.
    page.get_by_role("button", name="Create and invite 27").click()
    expect(page.get_by_role("alert")).to_contain_text("The list is not what you saw before")
    assert not Cohort.objects.exists()
    page.get_by_role("button", name="Create and invite 28").click()

    expect(page.get_by_text("28 invited, not joined")).to_be_visible()


def test_a_heat_map_scrolls_inside_a_phone_by_keyboard(
    open_browser: OpenBrowser, site: str, organiser: User, enter: Enter
) -> None:
    cohort = CohortFactory.create(created_by=organiser)
    candidacy = CandidacyFactory.create(cohort=cohort, target_on=cohort.target_on)
    MembershipFactory.create(cohort=cohort, user=candidacy.person)
    page = open_browser(viewport={"width": 390, "height": 844})
    enter(page.context, organiser)
    page.goto(f"{site}{reverse('dashboards:cohort', args=[cohort.pk])}")

    table = page.get_by_role("region", name="Table of steps, scrolls sideways")
    table.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")

    page.wait_for_function("() => document.querySelector('.heat-w').scrollLeft > 0")
    name = page.get_by_role("rowheader", name=candidacy.person.name)
    box = name.bounding_box()
    assert box is not None
    # The name stays beside the numbers.
    assert box["x"] >= 0
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
