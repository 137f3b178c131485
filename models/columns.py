"""Column types that the tables share: moments with a zone, words of an enumeration, JSON, and names in a tuple."""

import json
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import DateTime, Enum, Text, TypeDecorator, cast, type_coerce
from sqlalchemy.dialects.postgresql import JSONB

Moment = DateTime(timezone=True)
Json = JSONB(none_as_null=True)


def words(enumeration: type[StrEnum], which: str = "") -> Enum:
    """Text limited to the enumeration's values by a check constraint (no PostgreSQL enum type to migrate).

    `which`: sets the name of the constraint apart, of a second such column in a table.
    """
    return Enum(
        enumeration,
        name=f"is_{enumeration.__name__.lower()}" + (f"_{which}" if which else ""),
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda words: [word.value for word in words],
    )


class Names(TypeDecorator[tuple[str, ...]]):
    """A JSON list of names as text, read as a tuple. The same few lists come in row after row: each is read once."""

    impl, cache_ok = Text, True

    def process_result_value(self, value: Any, dialect: Any) -> tuple[str, ...]:  # noqa: ARG002 - as it is called
        return _names(value)


def names(column: Any) -> Any:
    """A column with JSON lists of names, read as tuples."""
    return type_coerce(cast(column, Text), Names)


@lru_cache(maxsize=1024)
def _names(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
