"""Bring the record up to date: its schema, and, when nobody is in it yet, an organisation.

A program of its own (`python -m ops.first_start`), so that what it imports is gone while `oa up` waits. It prints what
`oa up` is to say at the end.
"""

import sys
from pathlib import Path

from sqlmodel import Session, col, select, update

from gateway.login.passwords import hash_password
from models.database import transaction
from models.migrate import upgrade
from models.organisation import HAS_ACCOUNT, Person
from models.settings import settings
from models.staff_file import BadStaffFile
from ops.fleet import load_fleet
from ops.greeting import DEMO_PASSWORD, TRIAL, who_can_log_in
from ops.people import SAMPLE, load_organisation
from printouts.drawing.fonts import lacking
from printouts.signing.sign import only_for_trial


def main() -> int:
    """0, or 1 with every fault of the staff file on standard error."""
    upgrade(settings().dsn)
    try:
        with transaction() as session:
            if session.exec(select(Person.account).limit(1)).first() is None:
                begin(session, settings().org)
            print(who_can_log_in(session), *lacking(), sep="\n")
        if only_for_trial():
            print(TRIAL)
    except BadStaffFile as refused:
        print(f"人员文件有 {len(refused.faults)} 处错误，没有导入：", *refused.faults, sep="\n", file=sys.stderr)
        return 1
    return 0


def begin(session: Session, staff: Path | None) -> None:
    """Load the organisation in `staff` with the cars beside it, or the sample, whose people get the demo password."""
    load_organisation(session, staff or SAMPLE)
    load_fleet(session, (staff or SAMPLE).parent)
    if staff is None:
        hashed = hash_password(DEMO_PASSWORD)
        session.execute(update(Person).where(col(Person.state).in_(HAS_ACCOUNT)).values(password_hash=hashed))


if __name__ == "__main__":
    sys.exit(main())
