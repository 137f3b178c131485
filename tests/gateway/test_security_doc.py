"""docs/security.md names tests and files that there are, and each requirement once."""

import re
from collections import Counter

from models.settings import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")]
REQUIREMENTS = [row for row in ROWS if re.match(r"\d", row[0])]


def test_each_test_it_names_is_there() -> None:
    named = {name for row in REQUIREMENTS for name in re.findall(r"`([a-z]+/test_\w+)`", row[-1])}
    assert len(named) > 20
    assert [name for name in sorted(named) if not (ROOT / "tests" / f"{name}.py").exists()] == []


def test_each_file_it_names_is_there() -> None:
    named = set(re.findall(r"`((?:gateway|models|flows|templates|docs)/[\w/]+\.\w+)`", PAGE))
    assert len(named) > 15
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_each_requirement_stands_there_once() -> None:
    numbers = Counter(number for row in REQUIREMENTS for number in re.findall(r"(?<![–.\d])\d+\.\d+\.\d+", row[0]))
    assert len(numbers) > 120
    assert [number for number, times in numbers.items() if times > 1] == []


def test_what_is_said_to_be_met_is_shown_or_explained() -> None:
    assert {row[2] for row in REQUIREMENTS} == {"✓", "◐", "✗", "—"}
    assert [row[0] for row in REQUIREMENTS if row[2] != "—" and not row[3]] == []
