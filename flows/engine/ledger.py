"""台账: the paper ledger that a kind keeps by custom (用印登记簿, 派车登记簿): its lines, and what stands in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from sqlmodel import Session

from flows.engine.forms import Form
from printouts.lists.columns import Cell, Column


@dataclass(frozen=True)
class Used:
    """What a line is made of: a request as it was asked for, what was filled in at its steps, who concluded them."""

    number: str
    applicant: str
    department: str
    form: Any
    facts: Mapping[str, Any]
    fields: Mapping[str, Form]  # by the step's key, as last filled in
    hosts: Mapping[str, str]  # names by the step's key, in the order in which they agreed last
    name: Callable[[str], str]  # of an account

    def host(self, step: str) -> str:
        return self.hosts.get(step, "")

    def approver(self, before: str = "") -> str:
        """批准人: who agreed last; of those before the step with this key."""
        return next(reversed([self.hosts[key] for key in takewhile(lambda key: key != before, self.hosts)]), "")


@dataclass(frozen=True)
class Ledger:
    """What a kind says of its ledger. Its lines are those of a table that approval settles into.

    table: has `request_id`; day: the moment in it that a line stands under; only: further conditions on `Request`.
    volume: what each volume (一册) of the ledger is kept for, a seal or a car; volumes(session) -> [(value, label)].
    line(used) -> the cells in `columns`, the first of which is the running number and is not among them.
    """

    title: str
    table: Any
    day: Any
    columns: tuple[Column, ...]
    line: Callable[[Used], tuple[Cell, ...]]
    only: tuple[Any, ...] = ()
    volume_title: str = ""
    volume: Any = None
    volumes: Callable[[Session], Sequence[tuple[str, str]]] = lambda _session: ()
