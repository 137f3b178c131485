"""How numbers, moments and sizes are written on paper: GB/T 9704 for dates and the year in 〔 〕."""

import re
from datetime import datetime


def day(moment: datetime) -> str:
    """2026年11月23日"""
    return f"{moment.year}年{moment.month}月{moment.day}日"


def minute(moment: datetime) -> str:
    """2026年11月23日 09:05"""
    return f"{day(moment)} {moment:%H:%M}"


def official_number(number: str) -> str:
    """QJ-2026-000123 as QJ〔2026〕123号: the year in full, the serial without leading noughts."""
    prefix, year, serial = number.split("-")
    return f"{prefix}〔{year}〕{int(serial)}号"


def size(count: int) -> str:
    """A file's size in bytes, as people read it."""
    if count < 1024:
        return f"{count} 字节"
    if count < 1024**2:
        return f"{count / 1024:.0f} KB"
    return f"{count / 1024**2:.1f} MB"


def phrases(label: str) -> list[str]:
    """A label in pieces between which a line may end: before a bracket, after a slash."""
    return re.split(r"(?=[（(])|(?<=/)", label)


def grouped(code: str) -> str:
    """A check code as people read it out: XXXX-XXXX-XXXX."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
