"""The record as commands use it: with a sentence for the person at the terminal when it cannot be had."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from models.database import transaction
from models.organisation import HAS_ACCOUNT, Person
from ops.refused import CannotDo


@contextmanager
def open_record() -> Iterator[Session]:
    """A transaction of the installation's record.

    Raises:
        CannotDo: its database is not there or does not answer.
    """
    try:
        with transaction() as session:
            yield session
    except (OperationalError, FileNotFoundError) as error:
        raise CannotDo("连不上数据库，请先运行 ./oa up 并让它保持运行。") from error


def person_of(session: Session, account: str) -> Person:
    """The person with this account.

    Raises:
        CannotDo: nobody has it, or not any more.
    """
    person = session.get(Person, account)
    if person is None:
        raise CannotDo(f"没有工号 {account}。工号即人员表第一列，例如 T1001。")
    if person.state not in HAS_ACCOUNT:
        raise CannotDo(f"{account} {person.name} 的状态是「{person.state}」，没有账号。")
    return person
