"""The applicant as a route sees one: who stands above them, and who holds which post. Pure.

Every answer is an account that is present and is not the applicant (SEMANTICS.md, approver rules): nobody there or
the applicant themself → one level up; nobody at all → a refusal that tells whose post is empty.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from models.organisation import Member, Organisation
from models.worktime import Calendar


@dataclass(frozen=True)
class Own:
    """A finished request of the applicant's: who concluded it, and why it cannot be revoked, if so."""

    title: str
    concluded_by: str
    fault: str | None


@dataclass(frozen=True)
class Applicant:
    organisation: Organisation
    calendar: Calendar
    account: str
    zone: tzinfo
    own: Callable[[str], Own | None] = lambda _number: None  # an approved request of theirs, by its number

    @property
    def member(self) -> Member:
        return self.organisation.people[self.account]

    @property
    def section_head(self) -> str | None:
        """教研室/科室主任, or None where the department has no such level or the applicant is that head."""
        head = self.organisation.section_head(self.account)
        return None if head in (None, self.account) else self.organisation.approver(head, for_=self.account)

    @property
    def department_head(self) -> str:
        return self.organisation.approver(self.organisation.department_head(self.account), for_=self.account)

    @property
    def vice_president(self) -> str:
        return self.organisation.approver(self.organisation.vice_president(self.account), for_=self.account)

    @property
    def president(self) -> str:
        return self.organisation.approver(self.organisation.president(), for_=self.account)

    @property
    def is_head(self) -> bool:
        """部门负责人 (中层正职): their requests begin one level higher."""
        return self.organisation.is_head(self.account)

    def head_of(self, unit: str) -> str:
        return self.organisation.approver(self.organisation.head_of(unit), for_=self.account)

    def holder(self, unit: str, post: str) -> str:
        """Who holds a post in a unit; nobody there: the head of that unit."""
        holder = self.organisation.holder(unit, post)
        if holder is None or holder == self.account:
            return self.head_of(unit)
        return holder
