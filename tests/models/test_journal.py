"""The hash chain: whatever is changed, taken away, added or moved, the first entry that no longer fits is named."""

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.journal import START, Entry, first_break, seal_entry

NOW = datetime(2026, 11, 23, 9, tzinfo=timezone(timedelta(hours=8)))
REQUEST = "4f6f1c9e-0000-4000-8000-000000000001"
words = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
details = st.dictionaries(words, st.none() | st.booleans() | st.integers(-(2**53), 2**53) | words, max_size=4)
entries = st.lists(st.tuples(st.none() | words, words, details), min_size=1, max_size=6)


def chained(told: list[tuple[str | None, str, dict[str, Any]]]) -> list[Entry]:
    chain: list[Entry] = []
    for seq, (actor, act, detail) in enumerate(told, 1):
        previous = chain[-1].hash if chain else START
        chain.append(seal_entry(REQUEST, seq, NOW + timedelta(minutes=seq), actor, act, detail, previous))
    return chain


THREE = chained(
    [("T1045", "submitted", {"days": "7"}), (None, "opened", {}), ("T1021", "decided", {"verdict": "agree"})]
)


def test_an_untouched_chain_verifies() -> None:
    assert first_break(REQUEST, THREE) is None
    assert first_break(REQUEST, []) is None


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 7},
        {"at": NOW},
        {"actor": "T1001"},
        {"actor": None},
        {"act": "withdrawn"},
        {"detail": {"verdict": "refuse"}},
        {"previous": "0" * 64},
        {"hash": "0" * 64},
    ],
)
def test_a_changed_entry_breaks_the_chain_there(change: dict[str, Any]) -> None:
    assert first_break(REQUEST, [*THREE[:2], replace(THREE[2], **change)]) == 3


def test_a_missing_an_added_or_a_moved_entry_breaks_the_chain() -> None:
    first, second, third = THREE
    assert first_break(REQUEST, [second, third]) == 1
    assert first_break(REQUEST, [first, third]) == 2
    assert first_break(REQUEST, [first, first, second, third]) == 2
    assert first_break(REQUEST, [first, third, second]) == 2


def test_an_entry_resealed_by_a_forger_breaks_the_chain_after_it() -> None:
    first, second, third = THREE
    forged = seal_entry(REQUEST, 2, second.at, "T1001", second.act, second.detail, first.hash)
    assert first_break(REQUEST, [first, forged, third]) == 3


def test_a_chain_belongs_to_its_request() -> None:
    assert first_break(REQUEST.replace("1", "2"), THREE) == 1


def test_the_zone_a_moment_is_written_in_does_not_matter() -> None:
    in_utc = [replace(entry, at=entry.at.astimezone(timezone.utc)) for entry in THREE]  # noqa: UP017 - beside +08:00
    assert first_break(REQUEST, in_utc) is None


def test_a_microsecond_matters() -> None:
    moved = replace(THREE[0], at=THREE[0].at + timedelta(microseconds=1))
    assert first_break(REQUEST, [moved, *THREE[1:]]) == 1


def test_actor_and_act_cannot_run_into_one_another() -> None:
    one = seal_entry(REQUEST, 1, NOW, "a", "bc", {}, START)
    assert one.hash != seal_entry(REQUEST, 1, NOW, "ab", "c", {}, START).hash


@given(told=entries)
@settings(max_examples=50, deadline=None)
def test_any_chain_verifies_after_a_trip_through_json(told: list[tuple[str | None, str, dict[str, Any]]]) -> None:
    read = [replace(entry, detail=json.loads(json.dumps(entry.detail))) for entry in chained(told)]
    assert first_break(REQUEST, read) is None


@given(told=entries, data=st.data())
@settings(max_examples=50, deadline=None)
def test_any_change_of_detail_is_found_where_it_was_made(
    told: list[tuple[str | None, str, dict[str, Any]]], data: st.DataObject
) -> None:
    chain = chained(told)
    at = data.draw(st.integers(0, len(chain) - 1))
    chain[at] = replace(chain[at], detail={**chain[at].detail, "forged": True})
    assert first_break(REQUEST, chain) == at + 1
