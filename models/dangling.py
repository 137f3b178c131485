"""Rows that refer to a row which is not there: what was deleted past the foreign keys is named by what it left."""

from collections.abc import Iterator

from sqlalchemy import ForeignKeyConstraint, Select, and_, func, select
from sqlmodel import Session

from models.finding import Finding
from models.tables import METADATA

SHOWN = 20  # missing rows of one reference


def dangling(session: Session) -> Iterator[Finding]:
    """The missing rows, named by their keys; how many rows of which table refer to each."""
    for table in METADATA.sorted_tables:
        for constraint in sorted(table.foreign_key_constraints, key=lambda each: str(each.column_keys)):
            columns = [element.column.name for element in constraint.elements]
            for *key, count in session.execute(_missing(constraint).limit(SHOWN)):
                named = " ".join(f"{name}={value}" for name, value in zip(columns, key, strict=True))
                yield Finding(constraint.referred_table.name, named, f"缺失：{table.name} 有 {count} 行指向它")


def _missing(constraint: ForeignKeyConstraint) -> Select[tuple[object, ...]]:
    child, parent = constraint.table, constraint.referred_table.alias("parent")
    own = [element.parent for element in constraint.elements]
    theirs = [parent.c[element.column.name] for element in constraint.elements]
    there = and_(*(a == b for a, b in zip(own, theirs, strict=True)))
    return (
        select(*own, func.count())
        .select_from(child.outerjoin(parent, there))
        .where(theirs[0].is_(None), *(column.is_not(None) for column in own))
        .group_by(*own)
        .order_by(*own)
    )
