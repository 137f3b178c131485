"""The engine and sessions. Transactions open and commit at the edge: one web request, one task run."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Engine, Insert, Table, bindparam, cast, column, func, insert, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Session, SQLModel, create_engine

from models.settings import settings


@lru_cache
def engine() -> Engine:
    """One engine a process, made at first use (after a fork, never before)."""
    dsn = settings().dsn.replace("postgresql://", "postgresql+psycopg://", 1)
    return create_engine(dsn, pool_size=20, max_overflow=20)


@contextmanager
def transaction() -> Iterator[Session]:
    """A session that commits at the end, or rolls back on any error. Flushes only when told; objects stay readable."""
    with Session(engine(), expire_on_commit=False, autoflush=False) as session, session.begin():
        yield session


Rows = Sequence[Mapping[str, Any]]


def add_rows(session: Session, rows: Mapping[type[SQLModel], Rows]) -> None:
    """Insert rows into several tables in one statement: one way to the database instead of one a table.

    Args:
        rows: of a table all with the same keys, a missing value an explicit None; values that JSON and PostgreSQL
            both read.
    """
    filled = {model: several for model, several in rows.items() if several}
    if filled:
        insert_all = _insert(tuple((model, tuple(several[0])) for model, several in filled.items()))
        session.execute(insert_all, {_name(model): _json(several) for model, several in filled.items()})


def one_at_a_time(session: Session, what: str) -> None:
    """Wait until no other transaction is at `what`, and keep others waiting until this one ends.

    Where two could each hold what the other waits for (rows that exclude one another), the second comes later.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))


def table_of(model: type[SQLModel]) -> Table:
    """The plain table behind a model."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


def _name(model: type[SQLModel]) -> str:
    return str(model.__tablename__)


def _json(rows: Rows) -> str:
    return json.dumps(rows, ensure_ascii=False, default=str)


@cache
def _insert(columns: tuple[tuple[type[SQLModel], tuple[str, ...]], ...]) -> Insert:
    """INSERT … SELECT from a JSON array each; all but the last as common table expressions of the last."""
    inserts = []
    for model, names in columns:
        table = table_of(model)
        given = func.jsonb_to_recordset(cast(bindparam(_name(model)), JSONB)).table_valued(
            *(column(name, table.c[name].type) for name in names)
        )
        inserts.append(insert(table).from_select(names, select(*given.render_derived(with_types=True).c)))
    *others, last = inserts
    return last.add_cte(*(each.cte(f"into_{at}") for at, each in enumerate(others)))
