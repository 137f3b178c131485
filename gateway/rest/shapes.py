"""What the REST contract answers (DESIGN.md §6): the views give these shapes, and the OpenAPI page is made of them."""

from datetime import datetime
from typing import (
    Any,
    Literal,
    NotRequired,  # Pydantic cannot read typing's own before Python 3.12
)
from uuid import UUID

from pydantic import ConfigDict
from typing_extensions import TypedDict

from flows.engine.forms import Schema
from models.access import Pending
from models.messages import Delivery, Topic
from models.record import ItemState, Status
from models.route import CountersignRule, Part, Verdict, Where


class ErrorShown(TypedDict):
    """Every refusal. `error` is stable for programs, `message` says in Chinese what to do."""

    error: str
    message: str
    detail: dict[str, Any]


class PersonShown(TypedDict):
    """`account` is the staff number."""

    account: str
    name: str
    department: str


class CheckShown(TypedDict):
    """Whether a paper is genuine. Of one that is not, everything else is null.

    `signed`: `signed`; `trial`, by a certificate made for trials; `waiting` 待补签.
    `copy_printed`, `file_matches`: null where that was not asked.
    """

    genuine: bool
    number: str | None
    copy: str | None
    outcome: str | None
    outcome_at: datetime | None
    revoked_at: datetime | None
    signed: Literal["signed", "trial", "waiting"] | None
    copy_printed: bool | None
    file_matches: bool | None


class SessionShown(TypedDict):
    """`csrf` goes into the header X-CSRF-Token of every write; null for a program's token, which needs none.

    `pending`: what the log-in still lacks: `code`, the second factor; `enrol`, to have one at all.
    """

    person: PersonShown
    csrf: str | None
    pending: Pending | None


class Proved(TypedDict):
    proved: Literal[True]


class LogInShown(TypedDict):
    """A log-in of one's own; `this`: the one that asks."""

    id: UUID
    device: str
    address: str
    since: datetime
    last_seen: datetime
    shared: bool
    this: bool


class FactorShown(TypedDict):
    on: bool
    required: bool


class FactorOffered(TypedDict):
    """A secret as text, as `otpauth:` address and as a QR picture; `sealed` comes back with the first code."""

    secret: str
    uri: str
    qr: str
    sealed: str


class GrantShown(TypedDict):
    """Null: of all kinds, of all departments."""

    id: UUID
    person: PersonShown
    kind: str | None
    department: str | None
    granted_by: PersonShown
    granted_at: datetime
    ended_at: datetime | None


class StepKey(TypedDict):
    key: str
    title: str


class StepShown(TypedDict):
    key: str
    title: str
    host: PersonShown
    handlers: list[PersonShown]
    countersigners: list[PersonShown]
    rule: CountersignRule
    deadline_hours: int


class VersionShown(TypedDict):
    """A version of a kind's rules; `made_by` is null for what was shipped."""

    kind: str
    title: str
    version: int
    valid_from: datetime
    made_by: PersonShown | None


class RulesShown(VersionShown):
    """`schema` is the JSON schema of the rules, with the Chinese title of each."""

    rules: dict[str, Any]
    schema: Schema


class StepChanged(TypedDict):
    """A step as it is and as it would be; null where there is none. `differs`: what would change in it."""

    before: StepShown | None
    after: StepShown | None
    differs: list[str]


class ProspectShown(TypedDict):
    """What newer rules would change for an open request; `refused` says why they do not take its form.

    `seq`: of its last journal entry, to be sent back with the request to move it. `anew_from`: the step at which a new
    round would begin; null where everything said so far would stand and nobody be asked anew.
    """

    number: str
    version: int
    seq: int
    steps: list[StepChanged]
    anew_from: StepKey | None
    refused: str


class MovedShown(TypedDict):
    """A request that was to be moved; where it was not, `error` and `message` say why, else they are empty."""

    number: str
    moved: bool
    error: str
    message: str


class DelegationShown(TypedDict):
    """`kinds`: null, of all; `by_leave`: opened when a leave with a substitute was approved."""

    id: UUID
    principal: PersonShown
    delegate: PersonShown
    kinds: list[str] | None
    starts_at: datetime
    ends_at: datetime
    state: Literal["to_come", "running", "over"]
    by_leave: bool
    opened_by: PersonShown
    opened_at: datetime


class EventShown(TypedDict):
    no: int
    at: datetime
    what: str
    account: str | None
    address: str
    detail: dict[str, Any]


class LoggedOut(TypedDict):
    person: None


class HealthShown(TypedDict):
    status: Literal["ok"]


class KindShown(TypedDict):
    """`schema` is the JSON schema of the form; `fields` those of what single steps fill in."""

    kind: str
    title: str
    description: str
    schema: Schema
    fields: dict[str, Schema]


class PreviewShown(TypedDict):
    """Beside these, the figures that the kind works out: the `days` of a leave …"""

    __pydantic_config__ = ConfigDict(extra="allow")  # type: ignore[misc]  # read by Pydantic, no key

    route: list[StepShown]
    attachments_required: str | None


class SubmittedShown(TypedDict):
    id: UUID
    number: str
    status: Status
    route: list[StepShown]


class MovedRequest(TypedDict):
    number: str
    status: Status
    round: NotRequired[int]


class Moved(TypedDict):
    """A request after an act of this person."""

    request: MovedRequest


class ItemShown(TypedDict):
    """An open work item and what can be done with it: the verdicts are `actions`, the acts beside deciding `acts`."""

    """An open work item and what can be done with it. `acting_for`: whom it is done for under a delegation (代)."""

    id: UUID
    number: str
    kind: str
    title: str
    step: StepKey
    role: Part
    acting_for: PersonShown | None
    round: int
    actions: list[Verdict]
    acts: list[str]
    fields_schema: Schema | None
    opened_at: datetime
    due_at: datetime | None


class SummaryShown(TypedDict):
    """A request as a line of a list."""

    id: UUID
    number: str
    kind: str
    title: str
    status: Status
    initiator: PersonShown
    department: str
    submitted_at: datetime
    finished_at: datetime | None


class SaidShown(TypedDict, total=False):
    """What was decided; nothing of it while the item is open. `to`: the position a return goes to."""

    verdict: Verdict
    opinion: str
    fields: dict[str, Any]
    to: int | None
    decided_at: datetime


class PartShown(SaidShown):
    """A person's part in a step in one round.

    `seat`: whom the route, or who added them, meant; `person` holds it, under a delegation for `acting_for`; `added`:
    where a signer who was added stands, seen from who added them.
    """

    id: UUID
    role: Part
    seat: PersonShown
    person: PersonShown
    acting_for: PersonShown | None
    added: Where | None
    state: ItemState
    opened_at: datetime
    due_at: datetime | None


class RoundShown(TypedDict):
    round: int
    opened_at: datetime
    closed_at: datetime | None
    items: list[PartShown]


class StepInCourse(StepShown):
    state: Literal["waiting", "open", "done"]
    rounds: list[RoundShown]


class EntryShown(TypedDict):
    """An entry of the journal; without an actor it was the system."""

    seq: int
    at: datetime
    actor: PersonShown | None
    act: str
    detail: dict[str, Any]
    hash: str


class NoticeShown(TypedDict):
    id: UUID
    person: PersonShown
    topic: Topic
    title: str
    channel: str
    ding: bool
    delivery: Delivery
    delivered_at: datetime | None
    confirmed_at: datetime | None
    confirmed_by: str | None
    processed_at: datetime | None
    processed_by: str | None
    asks_understood: bool
    due_at: datetime | None


class PhraseShown(TypedDict):
    id: UUID
    text: str


class FileKept(TypedDict):
    id: UUID
    name: str
    sha256: str


class AttachmentShown(FileKept):
    size: int
    owner: PersonShown
    at: datetime


class SheetShown(TypedDict):
    copy: str
    title: str
    path: str
    sha256: str
    signed: bool  # 待补签 until it is
    pages: int
    filed_at: datetime
    url: str


class CheckedOffShown(TypedDict):
    """归档: the archive fields of a sheet; `before`: it was checked off already. `retention`: Y, D30, D10."""

    number: str
    code: str
    fonds: str
    year: int
    department: str
    retention: str
    item_no: int
    pages: int
    filed_at: datetime
    before: bool


class HandedOver(TypedDict):
    numbers: list[str]


class RequestShown(SummaryShown):
    """Everything on record about a request; `actions`: the acts beside deciding that the reader can do now."""

    actions: list[str]
    form: dict[str, Any]
    facts: dict[str, Any]
    flow_run_id: UUID | None
    round: int
    rule_version: int
    warnings: list[str]
    steps: list[StepInCourse]
    waiting_for: list[PersonShown]
    journal: list[EntryShown]
    notices: list[NoticeShown]
    attachments: list[AttachmentShown]
    sheets: list[SheetShown]
