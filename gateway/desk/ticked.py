"""The sheets that were ticked at the desk, and whose the desk is."""

from collections.abc import Mapping
from uuid import UUID

from sqlmodel import Session

from gateway.desk.lists import MOST, chosen
from gateway.login.identity import Me
from gateway.visibility import may_print
from models.refusals import Invalid, NotYours
from printouts.printing.bundle import Listed

MOST_FIELDS = 20 * MOST  # of a form: enough to count what is too much
CHOSEN = "item."  # before the id of each sheet that was ticked


def at_the_desk(me: Me) -> None:
    """For everyone else there is no desk. Raises NotYours."""
    if not may_print(me):
        raise NotYours


def ticked(session: Session, me: Me, posted: Mapping[str, str], act: str) -> list[Listed]:
    """In filing order. `act`: what is to be done with them, as its button says.

    Raises:
        NotYours: no desk, or one of them is none of theirs; Invalid: none, or too many.
    """
    at_the_desk(me)
    names = [name.removeprefix(CHOSEN) for name in posted if name.startswith(CHOSEN)]
    if not names:
        raise Invalid(f"请先勾选流程单，再按「{act}」。", fields={"item": "请勾选"})
    if len(names) > MOST:
        told = f"一次最多{act} {MOST} 份流程单，您选了 {len(names)} 份。请按日期或类型分几次办理。"
        raise Invalid(told, fields={"item": f"最多 {MOST} 份"})
    try:
        listed = chosen(session, me, {UUID(name) for name in names})
    except ValueError:
        raise NotYours from None
    if len(listed) < len(names):
        raise NotYours
    return listed
