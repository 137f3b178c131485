"""Filed sheets of the gateway's small office, on their way through the print desk."""

from datetime import UTC, datetime
from uuid import UUID

import httpx
from sqlmodel import Session, select

from models.database import engine, transaction
from models.papers import Sheet
from models.record import Request
from models.settings import settings
from printouts.filing.sheets import file_sheet
from tests.gateway.browser import Browser, Form, Page
from tests.gateway.office import As, Json, leave, send
from tests.printouts.papers import paper

OWNER, APPROVER = As("T1047"), As("T1046")  # others' days of leave are few
Filed = tuple[str, str]  # number of the request, id of its sheet


def file(number: str, pages: int = 1, width: int = 595, when: datetime | None = None) -> Filed:
    """As the flow would when the request is finished."""
    with transaction() as session:
        request = session.exec(select(Request).where(Request.number == number)).one()
        pdf = paper(pages, width) + f"%{number}".encode()
        return number, str(file_sheet(session, request.id, "archive", pdf, pages, when or datetime.now(UTC)).id)


def filed(pages: int = 1, width: int = 595, when: datetime | None = None) -> Filed:
    """A leave of a day, approved and filed."""
    number = OWNER.submit("leave", leave(OWNER))
    APPROVER.decide(number, "finish")
    return file(number, pages, width, when)


def ticked(*sheets: Filed) -> dict[str, str]:
    return {f"item__{sheet}": "true" for _, sheet in sheets}


def printing(browser: Browser, *sheets: Filed, **how: str) -> httpx.Response:
    return browser.post(Form("/desk", {"csrf": browser.csrf}), **ticked(*sheets), **how)


def printed(browser: Browser, *sheets: Filed, **how: str) -> tuple[Page, str]:
    """The job's page once it has ended, and its address."""
    answer = printing(browser, *sheets, **how)
    assert answer.status_code == 303, answer.text
    return browser.open(answer.headers["location"]), answer.headers["location"]


def download(browser: Browser, address: str, status: int = 200) -> httpx.Response:
    answer = send("GET", f"{address}/file", headers=browser.cookie)
    assert answer.status_code == status
    return answer


def swapped_on_disk(sheet: Filed) -> None:
    with Session(engine()) as session:
        path = settings().data / session.get_one(Sheet, UUID(sheet[1])).path
    path.unlink()
    path.write_bytes(paper(1))


def on_desk(page: Page, *sheets: Filed) -> list[str]:
    """Those of these that lie there, in the order of the page."""
    assert page.status == 200
    found = [next((number for number, _ in sheets if number in row), "") for row in page.rows]
    return [number for number in found if number]


def copies(number: str, act: str = "printed") -> list[tuple[str, Json]]:
    """Who printed which copy of a request of the owner's, by its journal."""
    journal = OWNER.read(number)["journal"]
    return [(each["actor"]["account"], each["detail"]) for each in journal if each["act"] == act]
