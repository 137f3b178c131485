"""The organisation from a staff file into the record: all of it, or nothing of it.

People and departments are added or updated by account and name; who is no longer in the file stays as they are and is
told to the administrator: leaving has its own steps (clause A6).
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, SQLModel, col, select

from models.checked_table import Fault
from models.database import transaction
from models.organisation import HAS_ACCOUNT, Department, Person
from models.staff_file import DEPARTMENTS, BadStaffFile, StaffFile, read_staff
from models.tabular import MOST_BYTES, Source, has_sheet
from ops.refused import CannotDo

SAMPLE = Path(__file__).parent / "sample" / "staff.csv"


def load_organisation(session: Session, staff: Path, departments: Path | None = None) -> tuple[int, int]:
    """Read, check and save a staff file; returns how many people and departments it has.

    Args:
        staff: CSV or XLSX.
        departments: the same; none: the workbook's own sheet, else departments.csv (.xlsx) beside `staff`.

    Raises:
        BadStaffFile: with all faults; nothing was saved.
    """
    file = read_files(staff, departments)
    save(session, file)
    return len(file.people), len(file.departments)


def read_files(staff: Path, departments: Path | None = None) -> StaffFile:
    """The checked content of a staff file; arguments and errors as for `load_organisation`."""
    source = _source(staff)
    if departments is None and not has_sheet(source, DEPARTMENTS):
        beside = [staff.with_name(f"{DEPARTMENTS}{suffix}") for suffix in (".csv", ".xlsx")]
        departments = next((path for path in beside if path.exists()), None)
    return read_staff(source, _source(departments) if departments else None)


def save(session: Session, file: StaffFile) -> None:
    """Add or update everyone and everything in the file, in the caller's transaction.

    Raises:
        BadStaffFile: the record has another top unit than the file, and would get two.
    """
    tops = session.exec(select(Department.name).where(col(Department.parent).is_(None)))
    if left := sorted(set(tops) - {unit.name for unit in file.departments}):
        reason = f"库中的最上级部门「{'、'.join(left)}」不在文件里；请保留它，需要时改为其他部门的下级"
        raise BadStaffFile([Fault("部门表", None, "部门", reason)])
    _upsert(session, Department, "name", [asdict(unit) for unit in file.departments])
    _upsert(session, Person, "account", [asdict(entry) for entry in file.people])


def not_in_file(session: Session, file: StaffFile) -> list[str]:
    """Who has an account, and which departments there are, that the file does not name; in words."""
    accounts, names = {entry.account for entry in file.people}, {unit.name for unit in file.departments}
    people = session.exec(select(Person).where(col(Person.state).in_(HAS_ACCOUNT)).order_by(col(Person.account)))
    units = session.exec(select(Department.name).order_by(col(Department.name)))
    return [
        *(f"{each.account} {each.name}（{each.department}）" for each in people if each.account not in accounts),
        *(f"部门 {name}" for name in units if name not in names),
    ]


def main(args: Sequence[str]) -> int:
    """`oa org-import FILE [--departments FILE]`; 0, or 1 with every fault on standard error."""
    parser = argparse.ArgumentParser("oa org-import", description="从人员表导入组织机构（CSV 或 XLSX）")
    parser.add_argument("file", type=Path, metavar="FILE", help="人员表，或含 staff、departments 两页的工作簿")
    parser.add_argument("--departments", type=Path, metavar="FILE", help="部门表；默认为同一文件夹的 departments.csv")
    named = parser.parse_args(args)
    try:
        file = read_files(named.file, named.departments)
        with transaction() as session:
            save(session, file)
            left = not_in_file(session, file)
    except BadStaffFile as refused:
        print(
            f"人员文件有 {len(refused.faults)} 处错误，没有导入任何内容：", *refused.faults, sep="\n", file=sys.stderr
        )
        return 1
    except (OperationalError, FileNotFoundError) as error:
        raise CannotDo("连不上数据库，请先运行 ./oa up 并让它保持运行。") from error
    print(f"已导入 {len(file.people)} 人、{len(file.departments)} 个部门。")
    if left:
        print(f"下列 {len(left)} 项不在文件里，未作改动：", *left, sep="\n")
    return 0


def _source(path: Path) -> Source:
    try:
        with path.open("rb") as opened:
            return Source(path.name, opened.read(MOST_BYTES + 1))
    except OSError as error:
        raise BadStaffFile([Fault(str(path), None, None, f"读不到这个文件：{error.strerror}")]) from error


def _upsert(session: Session, table: type[SQLModel], key: str, rows: list[dict[str, Any]]) -> None:
    """Foreign keys between the two tables are checked at the commit."""
    statement = insert(table)
    changed = {column: statement.excluded[column] for column in rows[0] if column != key}
    session.execute(statement.on_conflict_do_update(index_elements=[key], set_=changed), rows)
