"""What a flow sheet (流程单) shows, as values: the same for every kind, and free of the database.

Moments carry the office's time zone; texts are as people wrote them (the renderer escapes).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Shown:
    """A field as printed: its Chinese label and its value as text, empty when nothing was filled in."""

    label: str
    text: str


@dataclass(frozen=True)
class SheetPerson:
    name: str
    department: str


@dataclass(frozen=True)
class SheetOpinion:
    """One person's part in a step: the verdict in words, and `at` when it was given (none: not yet, or never)."""

    part: str  # 主办, 经办, 会签, 受委派
    person: SheetPerson  # who holds it
    verdict: str
    opinion: str = ""
    at: datetime | None = None
    fields: tuple[Shown, ...] = ()
    added: str = ""  # 前加签, 并加签, 后加签
    acting_for: str = ""  # 代: the name of whom it is done for
    meant_for: str = ""  # 原办理人: the name of who had it before it was handed on
    taken_back: bool = False  # 已取回
    awaited: bool = False  # whose turn it is


@dataclass(frozen=True)
class SheetStep:
    """A step of one round; `rule` is the countersign rule in words, empty when nobody countersigns."""

    title: str
    opinions: tuple[SheetOpinion, ...]
    rule: str = ""
    round: int = 1
    percent: int | None = None  # of 比例会签


@dataclass(frozen=True)
class SheetAttachment:
    name: str
    size: int  # bytes
    sha256: str


@dataclass(frozen=True)
class SheetEffects:
    """送达, 确认, 处理 of what one person was told (clauses G5–G7); acts in words."""

    person: SheetPerson
    about: str
    delivered_at: datetime | None = None
    confirmed_at: datetime | None = None
    confirmed_by: str = ""
    processed_at: datetime | None = None
    processed_by: str = ""


@dataclass(frozen=True)
class SheetReminder:
    """One 催办 that was sent; `ding` when over a stronger channel."""

    person: SheetPerson
    step: str
    at: datetime
    ding: bool = False


@dataclass(frozen=True)
class SheetRules:
    """换用新版规则: who moved the request from which version to which, when."""

    person: SheetPerson
    at: datetime
    before: int
    after: int


@dataclass(frozen=True)
class SheetData:
    """Everything on a sheet. `number` is the request's own, QJ-2026-000123; `record` goes along as record.json."""

    organisation: str
    title: str
    number: str
    kind: str  # names the template: templates/{kind}.html
    copy_kind: str
    copy_title: str  # 归档联, 派车联
    initiator: SheetPerson
    submitted_at: datetime
    outcome: str  # 办结, 否决 …; 办理中 on a copy drawn under way
    form: Mapping[str, Shown]
    steps: tuple[SheetStep, ...]
    retention: str  # 10年, 永久
    printed_at: datetime
    finished_at: datetime | None = None
    code: str = ""  # 校验码; none on one that is not filed
    attachments: tuple[SheetAttachment, ...] = ()
    readers: tuple[SheetEffects, ...] = ()
    effects: tuple[SheetEffects, ...] = ()
    earlier_rounds: tuple[SheetStep, ...] = ()
    reminders: tuple[SheetReminder, ...] = ()
    rules: tuple[SheetRules, ...] = ()  # none: by those it began with
    record: Mapping[str, Any] = field(default_factory=dict)
