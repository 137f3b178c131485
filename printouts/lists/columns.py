"""The columns of a table, on paper and in a file, and what stands in its cells. Values only."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

Cell = str | int | Decimal | date | datetime | None


@dataclass(frozen=True)
class Column:
    """`width` in mm, as on paper; `total`: added up at the end of a page and of the table."""

    title: str
    width: float
    total: bool = False


def shown(cell: Cell) -> str:
    """As it is written in a cell."""
    match cell:
        case None:
            return ""
        case datetime():
            return f"{cell:%Y-%m-%d %H:%M}"
        case Decimal():
            return f"{cell.normalize():f}"
    return str(cell)
