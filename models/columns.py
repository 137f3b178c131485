"""Column types that the tables share: moments with a zone, words of an enumeration, JSON."""

from enum import StrEnum

from sqlalchemy import DateTime, Enum
from sqlalchemy.dialects.postgresql import JSONB

Moment = DateTime(timezone=True)
Json = JSONB(none_as_null=True)


def words(enumeration: type[StrEnum]) -> Enum:
    """Text limited to the enumeration's values by a check constraint (no PostgreSQL enum type to migrate)."""
    return Enum(
        enumeration,
        name=f"is_{enumeration.__name__.lower()}",
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda words: [word.value for word in words],
    )
