"""The parts of a step as Prefect tasks: 主办, 经办, 会签, 受委派, named after step and person in the run's timeline.

A part's task runs when its work item is new (it delivers what is still to be delivered) and once more when the
decision has been taken. What has been carried out is marked in the record, so a repeated run does nothing twice.
"""

from collections.abc import Callable
from uuid import UUID

from prefect import Task, task
from prefect.client.schemas.objects import State

from flows.engine import trouble
from flows.engine.delivery import deliver_pending, mark_item_carried
from flows.engine.walk import PartSeen, StepSeen, suspend
from models.route import Part


def _part(name: str) -> Callable[[Callable[[UUID, str], None]], Task[[UUID, str], None]]:
    return task(
        name=name,
        task_run_name=name + " {label}",
        retries=len(trouble.PAUSES),
        retry_delay_seconds=trouble.PAUSES,
    )


@_part("主办")
def host(item: UUID, label: str) -> None:
    """The host's item: told of it, or has concluded the step."""
    _carry(item)


@_part("经办")
def handler(item: UUID, label: str) -> None:
    """A handler's item: told of it, or has done the work."""
    _carry(item)


@_part("会签")
def countersigner(item: UUID, label: str) -> None:
    """A countersigner's item: told of it, or has given an opinion."""
    _carry(item)


@_part("受委派")
def adviser(item: UUID, label: str) -> None:
    """An adviser's item: told of it, or has given an opinion."""
    _carry(item)


@_part("发起人")
def initiator(item: UUID, label: str) -> None:
    """The initiator's item after a return: told of it, or has sent the request again."""
    _carry(item)


TASKS: dict[Part, Task[[UUID, str], None]] = {
    Part.host: host,
    Part.handler: handler,
    Part.countersigner: countersigner,
    Part.adviser: adviser,
    Part.initiator: initiator,
}


def consult(step: StepSeen) -> None:
    """会签、经办、受委派 of this step, and 发起人 after a return."""
    for part in step.parts:
        if part.part is not Part.host:
            _run(part)


def conclude(step: StepSeen) -> None:
    """主办 of this step. While the step is open the run ends here, suspended, and begins anew at the next wake."""
    for part in step.parts:
        if part.part is Part.host:
            _run(part)
    if step.open:
        suspend(step)


def _carry(item: UUID) -> None:
    deliver_pending(item)
    mark_item_carried(item)


def _run(part: PartSeen) -> None:
    """Run the part's task; what cannot be delivered after all tries is an incident and does not stop the request."""
    state: State[None] = TASKS[part.part](part.item, part.label, return_state=True)
    trouble.tell_unless_done(state, part.request_id, part.number, "deliver", str(part.item))
