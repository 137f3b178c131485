"""Every constraint and trigger of the record, by trying to break it on real PostgreSQL; a new one must be added here."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from models.access import LogIn
from models.database import transaction
from models.ledgers import Car, Driver, LeaveEntitlement
from models.messages import Incident
from models.settings import settings
from tests.flows import sample
from tests.flows.acting import STAMPED, ask, hand_in, says
from tests.flows.sample import NOW
from tests.models.refused import Refusals


@pytest.fixture
def office(session: Session) -> Iterator[dict[str, UUID]]:
    """A row in every table: an open contract, a sealed certificate with its sheet, a leave, a trip with its car."""
    until = NOW.date() + timedelta(days=99)
    session.add(Car(plate="京D00001", vehicle_type="sedan", seats=5, inspection_until=until, insurance_until=until))
    session.add(Driver(account="T1041", licence_until=until))
    session.add(LeaveEntitlement(account=sample.TEACHER, year=2026, leave_type="annual", days=5))
    session.add(LogIn(token_hash="0" * 64, account="T1045", created_at=NOW, last_seen_at=NOW, expires_at=NOW))
    contract, sealed = ask(session, sample.seal(category="contract")), ask(session, sample.seal())
    leave, trip = ask(session, sample.leave()), ask(session, sample.vehicle(), idempotency_key="once")
    for request in (contract, sealed, trip):
        says(session, sample.HEAD, request)
    says(session, sample.OFFICE_HEAD, sealed)
    says(session, sample.KEEPER, sealed, fields=STAMPED)
    says(session, sample.DISPATCHER, trip, fields={"plate": "京D00001", "driver": "T1041"})
    session.add(Incident(subject="x", request_id=leave.id, what="deliver", since=NOW, last_at=NOW))
    hand_in(session, sample.TEACHER)
    session.flush()
    ids = {"contract": contract.id, "sealed": sealed.id, "leave": leave.id, "trip": trip.id}
    for statement in FILLED:
        session.execute(text(statement), ids)
    yield ids


FILLED = [
    """INSERT INTO sheet SELECT gen_random_uuid(), id, 'archive', 'x', repeat('0', 64), 1, 1, now()
       FROM request WHERE id = :sealed""",
    """INSERT INTO seal_use SELECT id, 'school', '证明', 2, 2, 0, now(), '冯文海', NULL FROM request WHERE id = :sealed""",
    "UPDATE rule_table SET made_by = NULL WHERE false",
]
COPY_NOTICE = """INSERT INTO notice SELECT (jsonb_populate_record(n, jsonb_build_object('id', gen_random_uuid()))).*
    FROM notice n WHERE n.request_id = :{} LIMIT 1"""
COPY_OF = "INSERT INTO {0} SELECT (jsonb_populate_record(t, {1}::jsonb)).* FROM {0} t WHERE {2} LIMIT 1"
SHIFTED = "INSERT INTO {0} SELECT (jsonb_populate_record(t, jsonb_build_object('request_id', {1}))).* FROM {0} t"

# table.constraint: statements that it must refuse. :contract, :sealed, :leave, :trip are requests.
BREAKING = {
    # words of an enumeration
    "person.is_staffstate": ["UPDATE person SET state = '退学' WHERE account = 'T1045'"],
    "request.is_status": ["UPDATE request SET status = 'draft', finished_at = now() WHERE id = :contract"],
    "route_step.is_countersignrule": ["UPDATE route_step SET rule = 'most' WHERE request_id = :contract"],
    "work_item.is_part": ["UPDATE work_item SET part = 'boss' WHERE request_id = :contract AND closed_at IS NULL"],
    "work_item.is_itemstate": ["UPDATE work_item SET state = 'lost' WHERE request_id = :contract AND closed_at <= now()"],
    "decision.is_verdict": [
        """INSERT INTO decision SELECT id, request_id, 99, person, 'maybe', '', '{}', '{}', NULL, now(), NULL
           FROM work_item WHERE request_id = :contract AND state = 'open'"""
    ],
    "notice.is_topic": ["UPDATE notice SET topic = 'gossip' WHERE request_id = :contract"],
    "notice.is_delivery": ["UPDATE notice SET delivery = 'lost', delivered_at = NULL WHERE request_id = :contract"],
    # the record
    "request.finished_has_time": [
        "UPDATE request SET finished_at = now() WHERE id = :contract",
        "UPDATE request SET finished_at = NULL WHERE id = :sealed",
        "UPDATE request SET status = 'refused' WHERE id = :contract",
    ],
    "request.carried_only_what_is": [
        "UPDATE request SET carried_seq = seq + 1 WHERE id = :contract",
        "UPDATE request SET wake_seq = seq + 1 WHERE id = :contract",
    ],
    "request.number_form": ["UPDATE request SET serial = serial + 700000 WHERE id = :contract"],
    "request.request_number_key": [COPY_OF.format("request", """'{"id": "00000000-0000-0000-0000-000000000001"}'""", "id = :leave")],
    "request.request_prefix_year_serial_key": [],
    "request.request_initiator_idempotency_key_key": [
        "UPDATE request SET idempotency_key = 'once' WHERE id = :contract",
    ],
    "work_item.closed_has_time": [
        "UPDATE work_item SET closed_at = now() WHERE request_id = :contract AND state = 'open'",
        "UPDATE work_item SET state = 'open' WHERE request_id = :sealed",
    ],
    "work_item.work_item_request_id_round_position_part_person_key": [
        """INSERT INTO work_item SELECT (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid()))).*
           FROM work_item i WHERE request_id = :contract"""
    ],
    "visit.one_open_visit": [
        "UPDATE visit SET closed_at = NULL WHERE request_id = :contract",
        "INSERT INTO visit VALUES (:contract, 9, 1, 1, now(), NULL, NULL)",
    ],
    "decision.refusal_has_opinion": [
        """INSERT INTO decision SELECT id, request_id, 99, person, 'refuse', '', '{}', '{}', NULL, now(), NULL
           FROM work_item WHERE request_id = :contract AND state = 'open'"""
    ],
    "decision.return_has_target": [
        f"""INSERT INTO decision SELECT id, request_id, 99, person, '{verdict}', '意见', '{{}}', '{{}}', {to}, now(), NULL
            FROM work_item WHERE request_id = :contract AND state = 'open'"""
        for verdict, to in (("return", "NULL"), ("agree", "0"))
    ],
    "decision.decision_request_id_seq_key": [
        """INSERT INTO decision SELECT i.id, i.request_id, d.seq, i.person, 'agree', '', '{}', '{}', NULL, now(), NULL
           FROM work_item i JOIN decision d USING (request_id) WHERE request_id = :contract AND i.state = 'open'"""
    ],
    # messages
    "notice.delivered_has_time": [
        "UPDATE notice SET delivered_at = NULL WHERE request_id = :contract AND delivery = 'delivered'",
        "UPDATE notice SET delivered_at = now() WHERE request_id = :contract AND delivery = 'sending'",
    ],
    "notice.confirmed_by_act": ["UPDATE notice SET confirmed_at = now() WHERE request_id = :contract"],
    "notice.processed_by_act": [
        "UPDATE notice SET processed_at = now() WHERE request_id = :contract AND processed_by IS NULL"
    ],
    "notice.notice_work_item_id_rung_channel_key": [COPY_NOTICE.format("contract")],
    "notice.told_once": [COPY_NOTICE.format("sealed") + " OFFSET 0" if False else """
        INSERT INTO notice SELECT (jsonb_populate_record(n, jsonb_build_object('id', gen_random_uuid()))).*
        FROM notice n WHERE n.request_id = :sealed AND n.topic = 'outcome' LIMIT 1"""],
    "incident.one_open_incident": [
        "INSERT INTO incident VALUES (gen_random_uuid(), 'x', NULL, 'deliver', '{}', 1, now(), now(), NULL)"
    ],
    # papers and ledgers
    "sheet.sha256_form": ["INSERT INTO sheet VALUES (gen_random_uuid(), :sealed, 'copy', 'x', 'short', 1, 1, now())"],
    "sheet.sheet_request_id_copy_kind_key": [
        "INSERT INTO sheet VALUES (gen_random_uuid(), :sealed, 'archive', 'y', repeat('1', 64), 1, 1, now())"
    ],
    "seal_use.counts_are_counts": [
        "UPDATE seal_use SET stamps_used = -1 WHERE request_id = :sealed",
        "UPDATE seal_use SET stamps_spoiled = -1 WHERE request_id = :sealed",
    ],
    "seal_use.not_more_than_granted": ["UPDATE seal_use SET stamps_used = 3 WHERE request_id = :sealed"],
    "car.car_plate_key": ["INSERT INTO car (plate, vehicle_type, seats, inspection_until, insurance_until) "
                          "VALUES ('京D00001', 'sedan', 5, now(), now())"],
    "person.person_no_key": ["UPDATE person SET no = (SELECT no FROM person WHERE account = 'T1001') WHERE account = 'T1045'"],
}
