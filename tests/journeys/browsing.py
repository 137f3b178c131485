"""People at a browser: they log in at /login with account and password and press what the pages show them.

The first Prefect UI's select boxes have no names for their options: the n-th is reached with the arrow keys.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, expect

from models.settings import settings
from ops.password import set_password
from tests.journeys.college import Colleague

PASSWORD = "tianchen-2026"
DESKTOP, PHONE = (1280, 900), (390, 844)
PATIENCE, SETTLED = 30_000.0, 1_000.0  # milliseconds


class Desk:
    """Where people sit down one after the other; keeps pictures of what they see."""

    def __init__(self, browser: Browser, pictures: Path) -> None:
        self._browser, self._pictures = browser, pictures
        self.hosts: set[str] = set()  # everywhere that a call went to

    @contextmanager
    def of(self, who: Colleague, size: tuple[int, int] = DESKTOP, *, log_in: bool = True) -> Iterator["Person"]:
        """A person, logged in or about to, with a browser of their own."""
        set_password(who.account, PASSWORD)
        with self.anyone(size) as person:
            if log_in:
                person.log_in(who)
            yield person

    @contextmanager
    def anyone(self, size: tuple[int, int] = DESKTOP) -> Iterator["Person"]:
        """Somebody who has no account, with a browser of their own."""
        width, height = size
        context = self._browser.new_context(
            base_url=settings().address, viewport={"width": width, "height": height}, locale="zh-CN"
        )
        context.set_default_timeout(PATIENCE)
        context.on("request", lambda request: self.hosts.add(urlsplit(request.url.removeprefix("blob:")).netloc))
        try:
            yield Person(context.new_page(), self._pictures)
        finally:
            context.close()


class Person:
    """Someone at a page."""

    def __init__(self, page: Page, pictures: Path) -> None:
        self.page, self._pictures = page, pictures
        self.errors: list[str] = []  # calls that were refused, scripts that failed
        page.on("response", lambda answer: self.errors.append(answer.url) if answer.status >= 400 else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def log_in(self, who: Colleague) -> None:
        self.enter(who)
        self.page.wait_for_url(re.compile(r"/$"))

    def enter(self, who: Colleague) -> None:
        """Account and password; then comes what the log-in still lacks."""
        self.page.goto("/login")
        self.page.locator("input[name=account]").fill(who.account)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.locator("input[name=password]").press("Enter")

    def settle(self) -> None:
        """Until a page has drawn what it asked for. (It goes on asking, so there is nothing to wait for.)"""
        self.page.wait_for_timeout(SETTLED)

    def picture(self, name: str) -> None:
        self._pictures.mkdir(exist_ok=True)
        self.page.screenshot(path=self._pictures / f"{name}.png", full_page=True)

    def open_run_from(self, number: str) -> None:
        """By the link on the request's page of the workbench."""
        self.page.goto(f"/requests/{number}")
        self.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        self.page.locator("a[href*='/prefect/runs/flow-run/']", has_text="Prefect").first.click()
        self.page.get_by_text(number).first.wait_for()

    def status(self, path: str) -> int:
        """Of a call as the page would make it."""
        return self.page.context.request.get(path).status

    # --- the workbench ------------------------------------------------------------------------------------------------
    def fill_in(self, form: Mapping[str, Any]) -> None:
        """Each field of a new request by its name."""
        for name, value in form.items():
            field = self.page.locator(f"[name='form.{name}']")
            if field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(str(value))
            else:
                field.fill(str(value))

    def file_leave(self, form: Mapping[str, Any]) -> str:
        """Start at the inbox, fill in a leave, see who will sign, submit; the number that it gets."""
        self.page.get_by_role("link", name="发起申请").click()
        self.page.get_by_role("link", name="请假").click()
        self.fill_in({name: value for name, value in form.items() if name != "substitute"})
        self.pick("form.substitute", form["substitute"])
        expect(self.page.locator("#preview")).to_contain_text("部门负责人审批")
        expect(self.page.locator("#preview")).to_contain_text("草稿已于")
        self.picture("new-leave")
        self.page.get_by_role("button", name="提交").click()
        self.page.wait_for_url("**/requests/QJ-*")
        self.picture("filed-leave")
        return self.page.url.rpartition("/")[2]

    def pick(self, field: str, account: str) -> None:
        """A person, by typing their number and choosing from those found."""
        self.page.locator(f"[name='{field}']").press_sequentially(account)
        self.page.locator(f"[data-pick='{account}']").click()

    def fits(self) -> bool:
        """Whether nothing of the page lies beyond the right edge."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    # --- the first UI ------------------------------------------------------------------------------------------------
    def resume(self, nth: int, opinion: str, picture: str) -> None:
        """Press Resume, choose the n-th verdict, give an opinion, submit."""
        self.page.get_by_role("button", name="Resume").click()
        form = self.page.locator(".p-modal")
        self._choose(_field(form, "处理意见"), nth)
        _field(form, "意见").locator("textarea").fill(opinion)
        self.picture(picture)
        form.get_by_role("button", name="Submit").click()
        form.wait_for(state="hidden")

    def start(self, deployment: str, chosen: dict[str, int], typed: dict[str, str], picture: str) -> None:
        """Fill in a kind's form on its deployment's page, and submit it."""
        self.page.goto("/prefect/deployments")
        self.page.get_by_role("link", name=deployment, exact=True).click()
        self.page.get_by_role("button", name="Run", exact=True).click()
        self.page.get_by_text("Custom run", exact=True).click()
        form = self.page.locator("form")
        for label, nth in chosen.items():
            self._choose(_field(form, label), nth)
        for label, text in typed.items():
            _field(form, label).locator("textarea, input").fill(text)
        self.picture(picture)
        form.get_by_role("button", name="Submit").click()
        self.page.get_by_text("scheduled to start").first.wait_for()

    def _choose(self, field: Locator, nth: int) -> None:
        field.locator(".p-select-button__control").click()
        for _ in range(nth):
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")

    # --- the second UI -----------------------------------------------------------------------------------------------
    def open_menu(self, run: str) -> list[str]:
        """The menu of a run's page, and what it offers."""
        self.page.goto(f"/prefect/v2/runs/flow-run/{run}")
        self.page.locator("#oa-back a", has_text="申请").wait_for()  # our script knows what is theirs to press
        self.page.locator("main button[aria-haspopup=menu]").last.click()
        items = self.page.get_by_role("menuitem")
        items.first.wait_for()
        return [each.inner_text() for each in items.all() if each.is_visible()]

    def resume_in_second(self, run: str, nth: int, opinion: str, picture: str) -> None:
        self.open_menu(run)
        self.page.get_by_role("menuitem", name="Resume").click()
        form = self.page.get_by_role("dialog")
        form.get_by_role("button", name="Select 处理意见").click()
        self.page.get_by_role("option").nth(nth - 1).click()
        form.get_by_label("意见", exact=False).last.fill(opinion)
        self.picture(picture)
        form.get_by_role("button", name="Resume").click()
        form.wait_for(state="hidden")

    def cancel_in_second(self, run: str) -> None:
        self.open_menu(run)
        self.page.get_by_role("menuitem", name="Cancel").click()
        self.page.get_by_role("button", name="Cancel Flow Run").click()
        self.page.get_by_text("Flow run cancelled").first.wait_for()


def _field(form: Locator, label: str) -> Locator:
    """The field whose label begins so."""
    title = form.page.locator(".schema-form-property__label", has_text=re.compile(f"^{re.escape(label)}(?!.*意见)"))
    return form.locator(".schema-form-property", has=title)
