"""What would change in a route: two routes laid side by side, step by step. Pure.

A step is the same step where its key is the same and it stands in the same order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from difflib import SequenceMatcher

from models.route import Step


@dataclass(frozen=True)
class Change:
    """One line of the comparison: a step as it is and as it would be; None where there is none.

    differs: names of the fields of `Step` that would change, none for a step that stays, comes or goes.
    """

    before: Step | None
    after: Step | None
    differs: tuple[str, ...] = ()

    @property
    def stays(self) -> bool:
        return self.before is not None and self.after is not None and not self.differs


def compare(before: Sequence[Step], after: Sequence[Step]) -> list[Change]:
    """Every step of both routes in order, those that go before those that come in their place."""
    keys = [step.key for step in before], [step.key for step in after]
    lines = []
    for same, start, end, new_start, new_end in SequenceMatcher(None, *keys, autojunk=False).get_opcodes():
        old, new = before[start:end], after[new_start:new_end]
        if same == "equal":
            lines += [_line(one, other) for one, other in zip(old, new, strict=True)]
        else:
            lines += [Change(step, None) for step in old] + [Change(None, step) for step in new]
    return lines


def changes(lines: Sequence[Change]) -> bool:
    """Whether anything would change at all."""
    return not all(line.stays for line in lines)


def _line(before: Step, after: Step) -> Change:
    if before.handlers_by and before.handlers_by == after.handlers_by:
        after = replace(after, handlers=before.handlers)  # named meanwhile, by an earlier step
    if before.host in after.choice and before.choice:
        after = replace(after, host=before.host)  # chosen, or still to be
    differs = [each.name for each in fields(Step) if getattr(before, each.name) != getattr(after, each.name)]
    return Change(before, after, tuple(differs))
