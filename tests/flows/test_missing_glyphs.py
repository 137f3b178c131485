"""A sheet with a character that no font has is filed all the same, and the administrator is told which."""

import pytest
from sqlmodel import Session, col, select

from flows.engine.filing import draw_and_file
from flows.engine.trouble import MISSING_GLYPHS, tell_missing_glyphs
from models.database import transaction
from models.messages import Incident
from models.record import Request
from models.route import Verdict
from tests.flows import sample
from tests.flows.acting import ask, says
from tests.printouts.reading import LEAVES_A_FILE_OPEN

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.filterwarnings(LEAVES_A_FILE_OPEN)]


def refused(purpose: str) -> Request:
    with transaction() as session:
        request = ask(session, sample.vehicle(purpose=purpose))
        return says(session, sample.HEAD, request, Verdict.refuse)


def told(session: Session, request: Request) -> list[str]:
    mine = select(Incident).where(Incident.subject == request.number, Incident.what == MISSING_GLYPHS)
    return [each.detail["error"] for each in session.exec(mine.where(col(Incident.closed_at).is_(None)))]


def test_a_character_that_no_font_has_is_an_incident_until_the_request_is_drawn_with_all() -> None:
    request = refused("接专家\U0001fac6和\U0001fac7")
    assert draw_and_file(request.id, "archive") == request.number
    with transaction() as session:
        assert told(session, request) == ["没有字体的字：U+1FAC6、U+1FAC7"]
    tell_missing_glyphs(request.id, request.number, ())
    with transaction() as session:
        assert told(session, request) == []


def test_a_sheet_with_every_character_is_no_incident() -> None:
    request = refused("接专家𠮷㐀")
    draw_and_file(request.id, "archive")
    with transaction() as session:
        assert told(session, request) == []
