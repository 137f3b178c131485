"""A row in every table of the record, for those who try to break it; and what the catalogue says there is to break."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from models.access import FailedLogIn, Grant, LogIn, SecondFactor, SecurityEvent, SheetCheck
from models.archive import ArchiveEntry, Layout, PrintChoice, PrintedCopy
from models.delegations import Delegation
from models.drafts import Draft, Phrase
from models.jobs import Job
from models.ledgers import Car, Driver, LeaveEntitlement, SealUse
from models.messages import Incident
from models.papers import Sheet, Signature
from models.record import Change, FormerHolder, StepChange, Visit, WorkItem
from models.route import Part, Where
from tests.flows import sample
from tests.flows.acting import STAMPED, ask, hand_in, says
from tests.flows.sample import NOW

PLATE, DRIVER = "京D00001", "T1041"
UNTIL = NOW.date() + timedelta(days=99)
BOGUS = {"uuid": "gen_random_uuid()", "int4": "987654", "int8": "987654"}
NOWHERE = "'nowhere'"


def fill(session: Session) -> dict[str, UUID]:
    """An open contract, a sealed certificate with its sheet, a leave, a trip with its car; their ids."""
    session.add(Car(plate=PLATE, vehicle_type="sedan", seats=5, inspection_until=UNTIL, insurance_until=UNTIL))
    session.add(Driver(account=DRIVER, licence_until=UNTIL))
    session.add(LeaveEntitlement(account=sample.TEACHER, year=2026, leave_type="annual", days=Decimal(5)))
    session.add(LogIn(token_hash="0" * 64, account="T1045", created_at=NOW, last_seen_at=NOW, expires_at=NOW))
    session.add(SecondFactor(account="T1031", secret="x", confirmed_at=NOW, last_step=0))
    session.add(FailedLogIn(account="T1045", address="::1", at=NOW))
    session.add(SheetCheck(number="QJ-2026-000001", address="::1", at=NOW))
    session.add(SecurityEvent(at=NOW, what="logged_in", account="T1045"))
    session.add(Grant(account="T1031", kind="leave", department="信息工程系", granted_by="T1031", granted_at=NOW))
    session.add(Draft(account="T1045", kind="leave", typed={"reason": "家中有事"}, saved_at=NOW))
    session.add(Phrase(account="T1021", text="同意。"))
    session.add(Job(account="T1031", title="导入", started_at=NOW, seen_at=NOW))
    contract, sealed = ask(session, sample.seal(category="contract")), ask(session, sample.seal())
    leave, trip = ask(session, sample.leave()), ask(session, sample.vehicle(), idempotency_key="of the full record")
    for request in (contract, sealed, trip):
        says(session, sample.HEAD, request)
    says(session, sample.AUDIT, contract)
    says(session, sample.OFFICE_HEAD, sealed)
    says(session, sample.KEEPER, sealed, fields=STAMPED)
    says(session, sample.DISPATCHER, trip, fields={"plate": PLATE, "driver": DRIVER})
    item = session.exec(select(WorkItem).where(WorkItem.request_id == contract.id, WorkItem.state == "open")).first()
    assert item is not None
    session.add(FormerHolder(work_item_id=item.id, seq=contract.seq, request_id=contract.id, person="T1044"))
    session.add(
        StepChange(
            request_id=contract.id,
            seq=contract.seq,
            round=item.round,
            position=item.position,
            what=Change.added,
            part=Part.countersigner,
            seat="T1044",
            by_part=item.part,
            by_seat=item.seat,
            where=Where.beside,
        )
    )
    session.add(
        Delegation(
            principal=sample.HEAD,
            delegate=sample.SECTION_HEAD,
            opened_by=sample.HEAD,
            request_id=leave.id,
            starts_at=NOW,
            ends_at=NOW + timedelta(days=2),
            opened_at=NOW,
        )
    )
    session.add(Incident(subject="x", request_id=leave.id, what="deliver", since=NOW, last_at=NOW))
    sheet = Sheet(request_id=sealed.id, copy_kind="archive", path="x", sha256="0" * 64, size=1, pages=1, filed_at=NOW)
    session.add(sheet)
    session.flush()
    _on_paper(session, sheet)
    session.add(
        SealUse(
            request_id=sealed.id,
            seal="school",
            document_title="证明",
            stamps_granted=2,
            stamps_used=2,
            stamps_spoiled=0,
            stamped_at=NOW,
            collected_by="冯文海",
        )
    )
    session.add(Visit(request_id=leave.id, round=9, position=1, edition=1, opened_at=NOW, closed_at=NOW))
    session.add(
        Car(no=999, plate="京D00002", vehicle_type="mpv", seats=7, inspection_until=UNTIL, insurance_until=UNTIL)
    )
    hand_in(session, sample.TEACHER)
    session.flush()
    session.execute(text("UPDATE attachment SET request_id = :leave WHERE request_id IS NULL"), {"leave": leave.id})
    session.execute(text(copy_of("rule_table", "kind = 'leave'", version=99, made_by="T1031")))
    return {"contract": contract.id, "sealed": sealed.id, "leave": leave.id, "trip": trip.id}


def _on_paper(session: Session, sheet: Sheet) -> None:
    """Signed, printed once, filed."""
    session.add(
        Signature(
            sheet_id=sheet.id,
            path="x",
            sha256="0" * 64,
            size=1,
            certificate="0" * 64,
            subject="天辰学院",
            trial=True,
            timestamped=False,
            signed_at=NOW,
        )
    )
    session.add(PrintedCopy(sheet_id=sheet.id, copy_no=1, layout=Layout.full, printed_by="T1021", printed_at=NOW))
    session.add(PrintChoice(account="T1021", kind="of the full record", layout=Layout.full))
    session.add(
        ArchiveEntry(
            sheet_id=sheet.id,
            fonds="FULLRECORD",
            year=2026,
            department="信息工程系",
            retention="D10",
            item_no=1,
            pages=1,
            filed_by="T1021",
            filed_at=NOW,
        )
    )


def copy_of(table: str, where: str, /, **changes: Any) -> str:
    """An INSERT of a row like the first one there, with changes; "new" is a fresh UUID."""
    fresh = {name: str(uuid4()) if value == "new" else value for name, value in changes.items()}
    like = f"(jsonb_populate_record(t, '{json.dumps(fresh)}')).*"
    return f"INSERT INTO {table} SELECT {like} FROM {table} t WHERE {where} LIMIT 1"  # noqa: S608 - our own words


class Office:
    """The filled record in one transaction that is never committed; what it refuses leaves it as it was."""

    def __init__(self, session: Session) -> None:
        self.session, self.ids = session, fill(session)

    def refusal(self, statement: str) -> str | None:
        """What refuses it: `table.constraint`, `table.column` of a missing value, a trigger's words, or None."""
        asked = {name: value for name, value in self.ids.items() if f":{name}" in statement}
        try:
            with self.session.begin_nested() as inside:
                self.session.execute(text(statement), asked)
                self.session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # as at the commit
                inside.rollback()
        except IntegrityError as refused:
            told = refused.orig.diag  # type: ignore[union-attr]  # psycopg's own error
            name = told.constraint_name or told.column_name
            return f"{told.table_name}.{name}" if name else str(told.message_primary)
        return None

    @contextmanager
    def without_triggers(self, tables: Iterable[str]) -> Iterator[None]:
        """Constraints alone: our own triggers would refuse first."""
        with self.session.begin_nested() as inside:
            for table in set(tables):
                self.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            yield
            inside.rollback()

    def catalogue(self, question: str) -> list[Any]:
        return list(self.session.execute(text(question)))
