"""A checked staff file into the record: all of it, or nothing of it.

People and departments are added or updated by account and name; who is no longer in the file stays as they are and is
told to the administrator: leaving has its own steps (clause A6).
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, SQLModel, col, select

from models.checked_table import Fault
from models.organisation import HAS_ACCOUNT, Department, Person
from models.staff_file import BadStaffFile, StaffFile

AT_ONCE = 200  # rows of a statement
Progress = Callable[[int, int], None]  # rows done, of how many


def save(session: Session, file: StaffFile, progress: Progress = lambda *_: None) -> None:
    """Add or update everyone and everything in the file, in the caller's transaction.

    Raises:
        BadStaffFile: the record has another top unit than the file, and would get two.
    """
    tops = session.exec(select(Department.name).where(col(Department.parent).is_(None)))
    if left := sorted(set(tops) - {unit.name for unit in file.departments}):
        reason = f"库中的最上级部门「{'、'.join(left)}」不在文件里；请保留它，需要时改为其他部门的下级"
        raise BadStaffFile([Fault("部门表", None, "部门", reason)])
    total, done = len(file.departments) + len(file.people), 0
    for table, key, rows in _portions(file):
        _upsert(session, table, key, rows)
        done += len(rows)
        progress(done, total)


def not_in_file(session: Session, file: StaffFile) -> list[str]:
    """Who has an account, and which departments there are, that the file does not name; in words."""
    accounts, names = {entry.account for entry in file.people}, {unit.name for unit in file.departments}
    people = session.exec(select(Person).where(col(Person.state).in_(HAS_ACCOUNT)).order_by(col(Person.account)))
    units = session.exec(select(Department.name).order_by(col(Department.name)))
    return [
        *(f"{each.account} {each.name}（{each.department}）" for each in people if each.account not in accounts),
        *(f"部门 {name}" for name in units if name not in names),
    ]


def _portions(file: StaffFile) -> Iterator[tuple[type[SQLModel], str, list[dict[str, Any]]]]:
    """Table, its key, and some rows for it at a time; departments first."""
    tables: list[tuple[type[SQLModel], str, list[Any]]] = [
        (Department, "name", list(file.departments)),
        (Person, "account", list(file.people)),
    ]
    for table, key, entries in tables:
        for start in range(0, len(entries), AT_ONCE):
            yield table, key, [asdict(each) for each in entries[start : start + AT_ONCE]]


def _upsert(session: Session, table: type[SQLModel], key: str, rows: list[dict[str, Any]]) -> None:
    """Foreign keys between the two tables are checked at the commit."""
    statement = insert(table)
    changed = {column: statement.excluded[column] for column in rows[0] if column != key}
    session.execute(statement.on_conflict_do_update(index_elements=[key], set_=changed), rows)
