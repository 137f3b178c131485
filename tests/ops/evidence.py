"""A small office whose record and papers are real and committed, for those who then tamper with them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, make_url, text
from sqlmodel import Session, col, create_engine, select

import models.database
from flows.engine.acts.handing_on import hand_over, transfer
from flows.engine.acts.signers import add_signer
from flows.engine.acts.taking_back import take_back
from flows.engine.decide import withdraw
from flows.engine.delegating import open_delegation
from flows.engine.filing import draw_and_file
from flows.engine.kind import kinds
from flows.engine.submit import submit
from gateway.desk.checking_off import check_off
from gateway.desk.lists import Lying, listed
from gateway.desk.numbering import number_copies
from gateway.effects import confirm
from gateway.rest.uploads import keep
from models.database import engine, transaction
from models.delegating import Acting
from models.finding import Finding
from models.ledgers import Car, Driver
from models.migrate import upgrade
from models.record import Request
from models.route import Part, Verdict, Where
from models.settings import settings
from ops.people import SAMPLE, load_organisation
from ops.verifying import Counted, findings
from printouts.printing.bundle import Order
from tests.flows import sample
from tests.flows.acting import STAMPED, ask, open_items, says
from tests.flows.sample import NOW

LATER = datetime.now(UTC) + timedelta(hours=2)  # by then leftovers are no longer fresh
CONTRACT = b"%PDF-1.7 a contract"
PLATE = "京E00001"
DEPUTY, SECTION = "T1008", "T1032"  # of the personnel department
TRIP = {
    "odometer_start": 1000,
    "odometer_end": 1060,
    "departed_at": "2026-11-25T08:00:00+08:00",
    "returned_at": "2026-11-25T17:00:00+08:00",
}
FIELDS: dict[str, dict[str, Any]] = {
    sample.KEEPER: STAMPED,
    sample.CONTRACT_KEEPER: STAMPED,
    sample.DRIVER: TRIP,
}


@dataclass(frozen=True)
class Office:
    engine: Engine
    home: Path
    numbers: dict[str, str]  # of requests, by what they went through


@contextmanager
def inside(made: Engine, home: Path) -> Iterator[None]:
    """Meanwhile `transaction()` and the files are this office's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings(), "home", home)
        patch.setattr(models.database, "engine", lambda: made)
        yield


@contextmanager
def an_office(home: Path) -> Iterator[Office]:
    """A database of its own with the sample organisation, and what people did there."""
    url = make_url(str(settings().dsn)).set(database=f"evidence_{os.getpid()}")
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {url.database}"))
    upgrade(url.render_as_string(hide_password=False))
    made = create_engine(url.set(drivername="postgresql+psycopg"))
    try:
        with inside(made, home):
            numbers = fill()
        yield Office(made, home, numbers)
    finally:
        made.dispose()


def verified(connection: Connection) -> list[Finding]:
    with Session(connection) as session:
        return [each for each in findings(session, Counted(), LATER) if not each.harmless]


def first(connection: Connection) -> tuple[str, str]:
    """Table and row of the first that is found."""
    found = verified(connection)
    return found[0].table, found[0].row


def fill() -> dict[str, str]:
    """Requests of each kind and outcome, with their sheets; their numbers by what they went through."""
    with transaction() as session:
        load_organisation(session, SAMPLE)
        until = NOW.date() + timedelta(days=99)
        session.add(Car(plate=PLATE, vehicle_type="sedan", seats=5, inspection_until=until, insurance_until=until))
        session.add(Driver(account=sample.DRIVER, licence_until=until))
    numbers = {made.__name__.removeprefix("_"): _committed(made) for made in (_leave, _contract, _trip, _refused)}
    numbers |= {made.__name__.removeprefix("_"): _committed(made) for made in (_withdrawn, _revoked, _waiting)}
    _file(numbers["trip"], "dispatch")
    with transaction() as session:
        _all_agree(session, request_of(session, numbers["trip"]))
    for name in ("leave", "contract", "trip", "refused", "withdrawn", "revoked"):
        _file(numbers[name])
    _afterwards(numbers)
    return numbers


def request_of(session: Session, number: str) -> Request:
    return session.exec(select(Request).where(Request.number == number)).one()


def _committed(make: Any) -> str:
    with transaction() as session:
        request = make(session)
        session.flush()
        number: str = request.number
        return number


def _file(number: str, copy: str = "archive") -> None:
    with transaction() as session:
        request = request_of(session, number)
        request.carried_seq = request.wake_seq
    draw_and_file(request.id, copy)


def _afterwards(numbers: dict[str, str]) -> None:
    """What may still happen once a sheet is filed: read late, revoked."""
    later = NOW + timedelta(days=1)
    with transaction() as session:
        confirm(session, request_of(session, numbers["leave"]), sample.TEACHER, "opened", later)
        form = {"number": numbers["revoked"], "reason": "会议取消"}
        asked = submit(session, kinds()["revocation"], sample.COLLEAGUE, form, later)
        _all_agree(session, asked)
        session.flush()
        numbers["revocation"] = asked.number
    _file(numbers["revocation"])
    _on_paper(numbers, later)


def _on_paper(numbers: dict[str, str], now: datetime) -> None:
    """All but one printed; two of them checked off as filed, and printed again."""
    with pytest.MonkeyPatch.context() as patch, transaction() as session:
        patch.setattr(settings(), "fonds", "Z109")
        archive = listed(session, col(Lying.copy_kind) == "archive", Request.number != numbers["withdrawn"])
        number_copies(session, "T1031", [Order(each) for each in archive], now)
        mine = [each for each in archive if each.entry.number in (numbers["leave"], numbers["contract"])]
        check_off(session, "T1031", mine, now)
        number_copies(session, "T1031", [Order(each) for each in mine], now)


def _leave(session: Session) -> Request:
    """Eight days: returned, amended, then agreed to; the last host's work goes to a delegate."""
    request = ask(session, sample.leave_of(9, substitute=sample.COLLEAGUE))
    says(session, sample.HEAD, request, Verdict.give_back)
    amended = sample.leave_of(8, substitute=sample.COLLEAGUE).model_dump(mode="json")
    says(session, sample.TEACHER, request, form=amended)
    says(session, sample.HEAD, request, opinion="情况属实，同意。")
    acting = Acting(sample.HR_HEAD, DEPUTY, None, NOW, NOW + timedelta(days=3))
    open_delegation(session, sample.HR_HEAD, acting, NOW)
    return _all_agree(session, request)


def _contract(session: Session) -> Request:
    """With its paper: a signer added, a word taken back, an item transferred, the seal used."""
    form = sample.seal(category="contract").model_dump(mode="json")
    form["attachments"] = [str(keep(session, sample.TEACHER, "合同.pdf", CONTRACT, NOW).id)]
    request = submit(session, kinds()["seal"], sample.TEACHER, form, NOW)
    says(session, sample.HEAD, request)
    item = open_items(session, request)[sample.AUDIT]
    add_signer(session, sample.AUDIT, item.id, sample.OFFICE_HEAD, Where.beside, "请一并把关", NOW)
    finance = open_items(session, request)[sample.FINANCE]
    says(session, sample.FINANCE, request)
    take_back(session, sample.FINANCE, finance.id, "看错了", NOW)
    legal = open_items(session, request)[sample.LEGAL]
    transfer(session, sample.LEGAL, legal.id, sample.AUDITOR, "出差", NOW)
    return _all_agree(session, request)


def _trip(session: Session) -> Request:
    request = ask(session, sample.vehicle())
    says(session, sample.HEAD, request)
    return says(session, sample.DISPATCHER, request, fields={"plate": PLATE, "driver": sample.DRIVER})


def _refused(session: Session) -> Request:
    request = ask(session, sample.leave(start="2026-12-21", end="2026-12-21"))
    return says(session, sample.SECTION_HEAD, request, Verdict.refuse, opinion="考试周，不同意。")


def _withdrawn(session: Session) -> Request:
    request = ask(session, sample.leave(start="2026-12-22", end="2026-12-22"))
    return withdraw(session, sample.TEACHER, request.number, "不去了", NOW)


def _revoked(session: Session) -> Request:
    return _all_agree(session, ask(session, sample.leave(), sample.COLLEAGUE))


def _waiting(session: Session) -> Request:
    """Under way: the head has agreed, the HR clerk's work was handed over."""
    request = ask(
        session, sample.leave(start="2026-12-23", end="2026-12-31", substitute=sample.TEACHER), sample.COLLEAGUE
    )
    says(session, sample.HEAD, request)
    hand_over(session, sample.HR_HEAD, sample.HR_CLERK, SECTION, "离岗", NOW)
    return request


def _all_agree(session: Session, request: Request) -> Request:
    """Until it is finished: whoever is asked agrees, hosts last."""
    while items := open_items(session, request):
        person, item = sorted(items.items(), key=lambda each: (each[1].part is Part.host, each[0]))[0]
        step = FIELDS.get(person) if item.part in (Part.host, Part.handler) else None
        says(session, person, request, fields=step or {})
        session.flush()
    return request
