"""档号 and 保管期限 as DA/T 22-2015 writes them."""

import pytest

from models.archival import archival_code, retention_code


def test_an_archival_code_tells_fonds_year_retention_department_and_item() -> None:
    assert archival_code("Z109", 2026, "D10", "信息工程系", 1) == "Z109-WS·2026-D10-信息工程系-0001"
    assert archival_code("0003", 2027, "Y", "财务处", 12345) == "0003-WS·2027-Y-财务处-12345"


@pytest.mark.parametrize(("years", "code"), [(None, "Y"), (10, "D10"), (30, "D30"), (100, "D100")])
def test_retention_is_for_ever_or_for_years(years: int | None, code: str) -> None:
    assert retention_code(years) == code
