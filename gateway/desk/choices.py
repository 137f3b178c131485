"""How to print: in what layout, with or without attachments; what a person chose last is offered again, by kind."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from models.archive import Layout, PrintChoice
from models.refusals import Invalid
from printouts.printing.marks import LAYOUTS

BOUND = {"yes": True, "no": False}


@dataclass(frozen=True)
class How:
    """None: as this person printed the kind last."""

    layout: Layout | None = None
    bound: bool | None = None


AS_SHIPPED = How(Layout.full, bound=False)


def how_of(posted: Mapping[str, str]) -> How:
    """As a form of a page says it.

    Raises:
        Invalid: no such layout.
    """
    layout, bound = posted.get("layout", ""), posted.get("bound", "")
    if layout and layout not in LAYOUTS:
        told = f"可选：{'、'.join(LAYOUTS.values())}"
        raise Invalid(f"版式：没有这一种。{told}。", fields={"layout": told})
    if bound and bound not in BOUND:
        raise Invalid("附件：请选择是否装订。", fields={"bound": "请选择是否装订"})
    return How(Layout(layout) if layout else None, BOUND.get(bound))


def last_choices(session: Session, account: str) -> dict[str, How]:
    """By kind."""
    mine = session.exec(select(PrintChoice).where(PrintChoice.account == account))
    return {each.kind: How(each.layout, each.bound) for each in mine}


def chosen_by_kind(session: Session, account: str, kinds: Collection[str], how: How) -> dict[str, How]:
    """How each of these kinds is printed now; kept for the next time."""
    last = last_choices(session, account)
    chosen = {kind: _completed(how, last.get(kind, AS_SHIPPED)) for kind in kinds}
    for kind, each in sorted(chosen.items()):
        if each != last.get(kind):
            kept = {"layout": each.layout, "bound": each.bound}
            row = insert(PrintChoice).values(account=account, kind=kind, **kept)
            session.execute(row.on_conflict_do_update(index_elements=["account", "kind"], set_=kept))
    return chosen


def _completed(how: How, last: How) -> How:
    return How(how.layout or last.layout, last.bound if how.bound is None else how.bound)


def told_of(choices: Mapping[str, How], titles: Mapping[str, str]) -> str:
    """What a person chose last: 请假：精简，附件一并装订；用车：全文"""
    return "；".join(f"{titles[kind]}：{in_words(each)}" for kind, each in choices.items() if kind in titles)


def in_words(how: How) -> str:
    return LAYOUTS[how.layout or Layout.full] + ("，附件一并装订" if how.bound else "")
