"""Paper: which copies were printed, how people like them, and what was checked off as filed (归档).

Source: DA/T 22-2015 归档文件整理规则 (fields of the archive stamp, order within a category).
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.archival import archival_code
from models.columns import Moment, words


class Layout(StrEnum):
    """How much of a sheet is printed."""

    full = "full"  # 全文: the filed sheet as it is
    brief = "brief"  # 精简: without rounds, reminders and effects
    form = "form"  # 表单页: the form and the outcome alone


class PrintedCopy(SQLModel, table=True):
    """A numbered copy on paper; every one after the first is a reprint (补打)."""

    __tablename__ = "printed_copy"
    __table_args__ = (UniqueConstraint("sheet_id", "copy_no"), CheckConstraint("copy_no > 0", name="counts_from_one"))
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    sheet_id: UUID = Field(foreign_key="sheet.id")
    copy_no: int
    layout: Layout = Field(sa_type=words(Layout))
    bound: bool = False  # with the attachments
    printed_by: str = Field(foreign_key="person.account")
    printed_at: datetime = Field(sa_type=Moment)


class PrintChoice(SQLModel, table=True):
    """How a person printed a kind last: what is offered next time."""

    __tablename__ = "print_choice"
    account: str = Field(primary_key=True, foreign_key="person.account")
    kind: str = Field(primary_key=True, max_length=32)
    layout: Layout = Field(sa_type=words(Layout))
    bound: bool = False


class ArchiveEntry(SQLModel, table=True):
    """归档: the paper lies in its place. 件号 is gapless within year, department and retention of a fonds."""

    __tablename__ = "archive_entry"
    __table_args__ = (
        UniqueConstraint("fonds", "year", "department", "retention", "item_no"),
        CheckConstraint("item_no > 0", name="items_count_from_one"),
        CheckConstraint("retention ~ '^(Y|D[1-9][0-9]{0,2})$'", name="retention_form"),
    )
    sheet_id: UUID = Field(primary_key=True, foreign_key="sheet.id")
    fonds: str = Field(max_length=16)  # 全宗号
    year: int  # 年度
    department: str = Field(max_length=100)  # 机构
    retention: str = Field(max_length=4)  # 保管期限: Y 永久, D30 30年, D10 10年
    item_no: int  # 件号
    pages: int  # 页数
    filed_by: str = Field(foreign_key="person.account")
    filed_at: datetime = Field(sa_type=Moment)

    @property
    def code(self) -> str:
        """档号."""
        return archival_code(self.fonds, self.year, self.retention, self.department, self.item_no)
