"""People and departments as kept, and `Organisation`: the same as one value that the routes ask.

Source: the personnel export described in the sample's README; clauses A1–A6 for who has an account.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NoReturn

from sqlalchemy import BigInteger, Column, ForeignKey, Identity, String
from sqlmodel import Field, Session, SQLModel, col, select

from models.columns import Moment, words
from models.refusals import Refusal


class StaffState(StrEnum):
    """Working state; the values are the words of the personnel export."""

    on_duty = "在岗"
    away = "离岗"
    maternity = "产假"
    retired = "退休"
    left = "离职"


HAS_ACCOUNT = frozenset({StaffState.on_duty, StaffState.away, StaffState.maternity})
DEPUTY_RANK = "中层副职"  # the rank of a department's deputy heads
SECRETARY = "党委书记"  # the post, in the top unit, of the other of the two main leaders (主要领导)


def _later(target: str, *, nullable: bool = True, index: bool = False, apart: bool = False) -> Column[str]:
    """A reference checked at the commit only: departments name people and people departments.

    `apart`: made after both tables, to break the circle.
    """
    name = f"refers_to_{target.partition('.')[0]}" if apart else None
    return Column(
        String(100),
        ForeignKey(target, deferrable=True, initially="DEFERRED", use_alter=apart, name=name),
        nullable=nullable,
        index=index,
    )


class Department(SQLModel, table=True):
    name: str = Field(primary_key=True, max_length=100)
    parent: str | None = Field(default=None, sa_column=_later("department.name"))
    head: str | None = Field(default=None, sa_column=_later("person.account"))  # 负责人
    vice: str | None = Field(default=None, sa_column=_later("person.account"))  # 分管校领导; none: inherited


class Person(SQLModel, table=True):
    account: str = Field(primary_key=True, max_length=32)  # staff number; never the phone (A2)
    no: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(), unique=True, nullable=False))
    name: str = Field(max_length=50)
    department: str = Field(sa_column=_later("department.name", nullable=False, index=True, apart=True))
    post: str = Field(max_length=50)
    rank: str = Field(max_length=50)
    phone: str = Field(max_length=32)
    email: str = Field(max_length=200)
    staff_type: str = Field(max_length=20)
    state: StaffState = Field(sa_type=words(StaffState))
    password_hash: str | None = None
    last_seen_at: datetime | None = Field(default=None, sa_type=Moment)

    @property
    def display_name(self) -> str:
        """Department, name and phone in the one format of clause A3; derived, never typed."""
        return f"{self.department}-{self.name}-{self.phone}"


@dataclass(frozen=True)
class Member:
    """A person as the rules see one."""

    account: str
    name: str
    department: str
    post: str
    rank: str
    state: StaffState


@dataclass(frozen=True)
class Unit:
    """A department as the rules see one."""

    name: str
    parent: str | None
    head: str | None
    vice: str | None


class NobodyThere(Refusal):
    """No one holds a post, nor any post above it that could stand in (422). Never silently passed."""

    status, code = 422, "nobody_there"


@dataclass(frozen=True)
class Organisation:
    """The organisation as one value: people who have an account, by account; departments, by name.

    One tree: the top unit (校领导), departments right below it, sections (教研室) below those. Asked for a
    post, it answers with an account, present or not; for a vacant post, with the next one up: section head,
    department head, supervising vice-president, president, secretary. `approver` makes a present one of it.
    """

    people: Mapping[str, Member]
    units: Mapping[str, Unit]

    def parent(self, unit: str) -> str | None:
        return self._unit(unit).parent

    def department_of(self, account: str) -> str | None:
        """The department a person belongs to, whatever its section; None for those in the top unit."""
        below_top = self._up(self._home(account))[:-1]
        return below_top[-1].name if below_top else None

    def present(self, account: str) -> bool:
        """On duty: neither away, nor on maternity leave, nor gone."""
        return account in self.people and self.people[account].state is StaffState.on_duty

    def is_head(self, account: str) -> bool:
        """部门负责人: heads a department; a section head does not count, nor a leader."""
        return any(unit.head == account and self._is_department(unit) for unit in self.units.values())

    def head_of(self, unit: str) -> str:
        """负责人 of a unit. Raises NobodyThere if there is no such unit."""
        return next(iter([*self._line(unit), *self._leaders()]), None) or _nobody(f"「{unit}」负责人")

    def section_head(self, account: str) -> str | None:
        """教研室/科室主任 of a person; None if they are in no section, or it has no head."""
        return next((unit.head for unit in self._up(self._home(account))[:-2] if unit.head), None)

    def department_head(self, account: str) -> str:
        """部门负责人 of a person; for those in the top unit, who has the say above them."""
        department = self.department_of(account)
        return self.head_of(department) if department else self.vice_president(account)

    def vice_president(self, account: str) -> str:
        """分管校领导 of a person's unit: its own, else that of the unit above it."""
        return self._vice(self._home(account)) or self.president()

    def president(self) -> str:
        """The head of the top unit."""
        return next(iter(self._leaders()), None) or _nobody("校长、党委书记")

    def secretary(self) -> str | None:
        return self.holder(self._top().name, SECRETARY)

    def holders(self, unit: str, post: str) -> tuple[str, ...]:
        """Everyone on duty who holds a post in a unit, by staff number."""
        held = (each.account for each in self.people.values() if (each.department, each.post) == (unit, post))
        return tuple(sorted(account for account in held if self.present(account)))

    def holder(self, unit: str, post: str) -> str | None:
        """Who holds a post in a unit and is on duty; of several, the first by staff number."""
        return next(iter(self.holders(unit, post)), None)

    def approver(self, asked: str | None, for_: str) -> str:
        """Who signs in place of `asked` for the applicant `for_`: present, and not the applicant themself.

        Args:
            asked: an account; None if the applicant has no such post above them: their department head.

        Raises:
            NobodyThere: neither `asked` nor anyone above can.
        """
        signer = self.department_head(for_) if asked is None else asked
        return self._first_present(signer, besides=for_)

    def stand_in(self, account: str) -> str:
        """The person if present, else the nearest superior who is. Raises NobodyThere."""
        return self._first_present(account)

    def superior(self, account: str) -> str:
        """One level up from a person, present. Raises NobodyThere."""
        return self._first_present(account, besides=account)

    def superiors(self, account: str) -> tuple[str, ...]:
        """Those above a person, nearest first, present or not. President and secretary are each other's."""
        leaders = self._leaders()
        leads = account in leaders or any(unit.vice == account for unit in self.units.values())
        line = [] if leads else self._line(self._home(account))
        if account in line:  # only who is above the highest post they hold
            line = line[len(line) - line[::-1].index(account) :]
        return tuple(dict.fromkeys(above for above in [*line, *leaders] if above != account))

    def _first_present(self, account: str, besides: str | None = None) -> str:
        for each in (account, *self.superiors(account)):
            if each != besides and self.present(each):
                return each
        person = self.people.get(account)
        return _nobody(f"{person.department}{person.post}（{person.name}）" if person else f"工号 {account} 的岗位")

    def _home(self, account: str) -> str:
        """The unit a person counts as of: the department they head, else where they are on the books."""
        headed = [unit for unit in self.units.values() if unit.head == account]
        departments = [unit.name for unit in headed if self._is_department(unit)]
        booked = [self.people[account].department] if account in self.people else []
        return [*departments, *booked, *(unit.name for unit in headed), self._top().name][0]

    def _line(self, unit: str) -> list[str]:
        """Heads from a unit up to its department, then the vice-president; vacant posts left out."""
        up = self._up(unit)
        return [post for post in (*(each.head for each in up[:-1]), self._vice(unit)) if post]

    def _vice(self, unit: str) -> str | None:
        return next((each.vice for each in self._up(unit) if each.vice), None)

    def _leaders(self) -> list[str]:
        """主要领导: president, then secretary."""
        return [leader for leader in (self._top().head, self.secretary()) if leader]

    def _up(self, unit: str) -> list[Unit]:
        """A unit and those above it, the top last."""
        up = [self._unit(unit)]
        while up[-1].parent:
            up.append(self._unit(up[-1].parent))
        return up

    def _unit(self, name: str) -> Unit:
        return self.units.get(name) or _nobody(f"部门「{name}」")

    def _is_department(self, unit: Unit) -> bool:
        return unit.parent == self._top().name

    def _top(self) -> Unit:
        tops = [unit for unit in self.units.values() if unit.parent is None]
        return tops[0] if tops else _nobody("组织机构")


def _nobody(post: str) -> NoReturn:
    told = f"{post}空缺或不在岗，上级也无人可以代为办理。请联系管理员补设人员后再提交。"
    raise NobodyThere(told, post=post)


def organisation(session: Session) -> Organisation:
    """The organisation on record; people without an account (retired, left) are not in it."""
    people = session.exec(select(Person).where(col(Person.state).in_(HAS_ACCOUNT)))
    units = session.exec(select(Department))
    return Organisation(
        {
            each.account: Member(each.account, each.name, each.department, each.post, each.rank, each.state)
            for each in people
        },
        {each.name: Unit(each.name, each.parent, each.head, each.vice) for each in units},
    )
