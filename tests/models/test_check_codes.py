"""What people type from a paper, in whatever spelling."""

import pytest

from models.check_codes import read_code, read_hash, read_number
from models.papers import CODE_LENGTH, new_code

CODE = "7K0Q1M9XC3ZP"


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        "7K0Q-1M9X-C3ZP",
        " 7k0q 1m9x c3zp ",
        "7KOQ-IM9X-C3ZP",
        "7koq-lm9x-c3zp",
        "7K0Q–1M9X—C3ZP",
        "７Ｋ０Ｑ－１Ｍ９Ｘ－Ｃ３ＺＰ",
        "7K0Q\u30001M9X\tC3ZP\n",
    ],
)
def test_a_code_is_understood_in_every_spelling(typed: str) -> None:
    assert read_code(typed) == CODE


@pytest.mark.parametrize("typed", ["", "7K0Q-1M9X-C3Z", CODE + "0", "7K0Q-1M9X-C3ZU", "校验码", "7K0Q_1M9X_C3ZP", "%"])
def test_what_cannot_be_a_code_is_nobodys(typed: str) -> None:
    assert read_code(typed) == ""


def test_each_code_that_is_made_reads_as_itself() -> None:
    codes = [new_code() for _ in range(1000)]
    assert [read_code(code.lower()) for code in codes] == codes
    assert {len(code) for code in codes} == {CODE_LENGTH}


@pytest.mark.parametrize(
    "typed",
    ["qj-2026-000123", " QJ－2026－000123 ", "QJ–2026–000123", "ＱＪ-２０２６-０００１２３", "QJ - 2026 - 000123"],
)
def test_a_number_is_understood_in_every_spelling(typed: str) -> None:
    assert read_number(typed) == "QJ-2026-000123"


def test_a_hash_is_read_as_programs_write_it() -> None:
    digits = "ab" * 32
    for typed in (digits, digits.upper(), ":".join(["AB"] * 32), " ".join(["ab ab"] * 16) + "\n"):
        assert read_hash(typed) == digits
    for typed in ("", digits[1:], digits + "0", "g" * 64):
        assert read_hash(typed) is None
