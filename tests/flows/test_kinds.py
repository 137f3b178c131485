"""Completeness: every kind in flows/ has all that a kind needs, and what is missing is named."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from pydantic import BaseModel

from flows.engine.forms import Form
from flows.engine.kind import Kind, kind_of, kinds
from flows.revocation import Revocation
from models.applicant import Own
from models.refusals import Invalid
from models.route import Step
from tests.flows import sample
from tests.flows.sample import by

ROOT = Path(__file__).parents[2]
KEY = re.compile(r"[a-z0-9-]{1,32}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FORMS: dict[str, Sequence[Form]] = {
    "leave": [sample.leave_of(days) for days in ("0.5", "3", "7", "15")],
    "vehicle": [sample.vehicle(scope=scope) for scope in ("city", "out_of_city", "out_of_province")],
    "seal": [
        sample.seal(category=category, take_out=out)
        for category, out in product(("certificate", "official", "contract"), (False, True))
    ],
    "revocation": [Revocation(number="QJ-2026-000001", reason="不去了")],
}
OWN = Own("请假 QJ-2026-000001", sample.PRESIDENT, None)
every_kind = pytest.mark.parametrize("kind", kinds().values(), ids=kinds().keys())


def routes(kind: Kind) -> list[list[Step]]:
    """Routes of the kind's usual forms, for a teacher and for a head."""
    assert kind.key in FORMS, f"tests/flows/test_kinds.py has no form of kind {kind.key}"
    people = [replace(by(who), own=lambda _: OWN) for who in (sample.TEACHER, sample.HEAD)]
    return [kind.route(form, who, kind.rules) for form in FORMS[kind.key] for who in people]


def untitled(model: type[BaseModel]) -> list[str]:
    return [
        f"{model.__name__}.{name}"
        for name, field in model.model_fields.items()
        if not CHINESE.search(field.title or "")
    ]


def test_every_file_in_flows_is_a_kind() -> None:
    files = {path.stem for path in (ROOT / "flows").glob("*.py")} - {"__init__"}
    assert {kind.flow.fn.__module__ for kind in kinds().values()} == {f"flows.{name}" for name in files}


def test_keys_prefixes_and_flow_names_are_unique() -> None:
    for names in ([kind.prefix for kind in kinds().values()], [kind.flow.name for kind in kinds().values()]):
        assert len(set(names)) == len(names)


def test_an_unknown_kind_is_refused_by_naming_the_known() -> None:
    with pytest.raises(Invalid, match="leave"):
        kind_of("nothing")


@every_kind
def test_fields_have_chinese_titles(kind: Kind) -> None:
    assert [name for model in (kind.form, type(kind.rules), *kind.fields.values()) for name in untitled(model)] == []


@every_kind
def test_names_are_chinese_where_people_read_them(kind: Kind) -> None:
    titles = [kind.title, kind.description, kind.flow.name, *(copy.title for copy in kind.copies)]
    assert [title for title in titles if not CHINESE.search(title)] == []
    assert re.fullmatch(r"[A-Z]{2}", kind.prefix)
    assert KEY.fullmatch(kind.key)


@every_kind
def test_rules_come_back_from_json_the_same(kind: Kind) -> None:
    assert type(kind.rules).model_validate_json(kind.rules.model_dump_json()) == kind.rules
    assert type(kind.rules).model_validate(kind.rules.model_dump(mode="json")) == kind.rules


@every_kind
def test_forms_come_back_from_the_record_the_same(kind: Kind) -> None:
    for form in FORMS[kind.key]:
        assert kind.read(form.model_dump(mode="json")) == form


@every_kind
def test_the_ladder_climbs(kind: Kind) -> None:
    hours = [rung.after_hours for rung in kind.rules.ladder]
    assert hours == sorted(set(hours))
    assert hours[0] == 0
    assert any(rung.ding for rung in kind.rules.ladder)


@every_kind
def test_steps_have_keys_that_prefect_takes(kind: Kind) -> None:
    for steps in routes(kind):
        keys = [step.key for step in steps]
        assert len(set(keys)) == len(keys)
        assert [key for key in keys if not KEY.fullmatch(key)] == []
        assert not {"initiator", "previous"} & set(keys), "these words mean other places of a return"


@every_kind
def test_steps_refer_to_what_there_is(kind: Kind) -> None:
    for steps in routes(kind):
        for position, step in enumerate(steps):
            assert step.fields is None or step.fields in kind.fields
            assert step.handlers_by is None or step.handlers_by in [earlier.key for earlier in steps[:position]]
            assert CHINESE.search(step.title)
            assert step.deadline_hours > 0


@every_kind
def test_field_models_are_used(kind: Kind) -> None:
    assert {step.fields for steps in routes(kind) for step in steps if step.fields} == set(kind.fields)


@every_kind
def test_copies_follow_steps_there_are(kind: Kind) -> None:
    keys = {step.key for steps in routes(kind) for step in steps}
    assert {copy.after_step for copy in kind.copies if copy.after_step} <= keys
    assert [copy.key for copy in kind.copies if copy.after_step is None] == ["archive"]


@every_kind
def test_module_and_flow_say_what_they_do(kind: Kind) -> None:
    module = __import__(kind.flow.fn.__module__, fromlist=["KIND"])
    assert CHINESE.search(module.__doc__ or "")
    assert CHINESE.search(kind.flow.fn.__doc__ or "")


@every_kind
def test_there_is_a_template_and_a_test(kind: Kind) -> None:
    assert (ROOT / "templates" / f"{kind.key}.html").is_file()
    tests = [path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    assert [
        path.name for path in tests if f'"{kind.key}"' in path.read_text() or f"flows.{kind.key}" in path.read_text()
    ]
