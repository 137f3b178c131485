"""The motor pool from cars.csv and drivers.csv (UTF-8), which may lie beside a staff file."""

import csv
from datetime import date
from pathlib import Path

from sqlmodel import Session, select

from models.ledgers import Car, Driver


def load_fleet(session: Session, folder: Path) -> None:
    """Add cars and drivers that are not known yet; without the files nothing happens.

    Raises:
        ValueError, KeyError: a date, a number or a column is wrong.
    """
    known = set(session.exec(select(Car.plate)))
    for row in _rows(folder / "cars.csv"):
        if row["车号"] not in known:
            session.add(
                Car(
                    plate=row["车号"],
                    vehicle_type=row["车型"],
                    seats=int(row["座位数"]),
                    inspection_until=date.fromisoformat(row["年检有效期"]),
                    insurance_until=date.fromisoformat(row["保险有效期"]),
                )
            )
    for row in _rows(folder / "drivers.csv"):
        if session.get(Driver, row["工号"]) is None:
            session.add(Driver(account=row["工号"], licence_until=date.fromisoformat(row["驾驶证有效期"])))
    session.flush()


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
