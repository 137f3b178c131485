"""差事: a kind whose route is drawn by lot, every part and rule, and the six people who run errands for one another."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from random import Random
from typing import Any
from uuid import UUID

import psycopg
from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import Field
from sqlmodel import Session

from flows.engine.forms import Form
from flows.engine.kind import Kind, Named, Rules, kinds
from flows.engine.parts import conclude, consult
from flows.engine.walk import finish, walk
from models.applicant import Applicant
from models.database import engine, transaction
from models.migrate import upgrade
from models.organisation import Department, Person, StaffState
from models.record import Request
from models.route import Step
from models.settings import settings
from tests.models import at_random

EVERYBODY = (*at_random.PEOPLE, at_random.FENG)
ADMINISTRATOR = "admin"  # hands over, and is told of by name
NAMING, SELDOM = "naming", 0.3


class Errand(Form):
    lot: int = Field(title="签号")
    length: int = Field(title="步数", ge=1, le=at_random.STEPS_AT_MOST)


class Naming(Form):
    """The fields of some steps: who handles those that wait for their word."""

    people: list[str] = Field(title="经办人")


def steps_of(form: Errand) -> list[Step]:
    """The same lot, the same route."""
    chance = Random(form.lot)  # noqa: S311  (no secret)
    planned = [_drawn(step, chance) for step in at_random.route(form.length, chance, plain=1)]
    return [_handled(step, planned[:turn], chance) for turn, step in enumerate(planned)]


def _drawn(step: Step, chance: Random) -> Step:
    """A host whom others may take the place of is one of those to choose from."""
    choice = (step.host, *(each for each in step.choice if each != step.host)) if step.choice else ()
    return replace(step, handlers_by=None, fields=NAMING if chance.random() < SELDOM else None, choice=choice)


def _handled(step: Step, before: Sequence[Step], chance: Random) -> Step:
    """Some steps are handled by those whom an earlier one names."""
    naming = [each.key for each in before if each.fields]
    if naming and chance.random() < 2 * SELDOM:
        return replace(step, handlers=(), handlers_by=chance.choice(naming))
    return step


def _route(form: Errand, _by: Applicant, _rules: Rules) -> list[Step]:
    return steps_of(form)


def _granted(_session: Session, _request: Request, form: Errand, step: str, fields: Naming) -> Named:
    return {each.key: tuple(fields.people) for each in steps_of(form) if each.handlers_by == step}


@flow(name="差事审批", log_prints=False)
def approve_errand(request_id: UUID) -> State:
    """各步依次办理。"""
    for step in walk(request_id):
        consult(step)
        conclude(step)
    return finish(request_id)


KIND = Kind(
    key="errand",
    title="差事",
    prefix="CS",
    description="差事：抽签决定流程。",
    form=Errand,
    rules=Rules(),
    route=_route,
    flow=approve_errand,
    fields={NAMING: Naming},
    granted=_granted,
)


@contextmanager
def office(dsn: str) -> Iterator[str]:
    """A database of its own beside the others', with these people, and errands among the kinds. Its URL."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("CREATE DATABASE errands")
        own = f"postgresql://postgres@/errands?host={connection.info.host}"
    upgrade(own)
    known: dict[str, Any] = dict(kinds())
    with _using(own), transaction() as session:
        _move_in(session)
    with _using(own):
        kinds.cache_clear()
        kinds().update({KIND.key: KIND})  # type: ignore[attr-defined]
        try:
            yield own
        finally:
            kinds.cache_clear()
    assert kinds() == known


@contextmanager
def _using(dsn: str) -> Iterator[None]:
    before, settings().database_url = settings().database_url, dsn
    _connect_anew()
    yield
    settings().database_url = before
    _connect_anew()


def _connect_anew() -> None:
    engine().dispose()
    engine.cache_clear()


def _move_in(session: Session) -> None:
    session.add(Department(name="差事处", head=EVERYBODY[0]))
    session.add_all(_person(account) for account in (*EVERYBODY, ADMINISTRATOR))


def _person(account: str) -> Person:
    return Person(
        account=account,
        name=account,
        department="差事处",
        post="干事",
        rank="科员",
        phone="13800000000",
        email=f"{account}@tianchen.example",
        staff_type="在编",
        state=StaffState.on_duty,
    )
