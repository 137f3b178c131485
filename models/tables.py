"""All tables, so that one import completes the metadata."""

from sqlmodel import SQLModel

from models import (
    access,
    archive,
    calendar_table,
    delegations,
    drafts,
    jobs,
    ledgers,
    messages,
    organisation,
    papers,
    record,
)

METADATA = SQLModel.metadata
__all__ = [
    "METADATA",
    "access",
    "archive",
    "calendar_table",
    "delegations",
    "drafts",
    "jobs",
    "ledgers",
    "messages",
    "organisation",
    "papers",
    "record",
]
