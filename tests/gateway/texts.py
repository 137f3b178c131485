"""Every text of ours that the pages show: marked in the templates, or a label that is a value."""

import ast
from collections.abc import Iterator
from itertools import product

from babel.messages.extract import extract_from_dir
from pydantic import BaseModel

from flows.engine.acts.table import ACTS as ON_REQUESTS
from flows.engine.acts.table import TABLE
from flows.engine.forms import Choice
from flows.engine.incidents import ADVICE, UNKNOWN
from flows.engine.incidents import TITLES as INCIDENTS
from flows.engine.kind import kinds
from gateway.administration.rule_pages import DIFFERENCES
from gateway.delegations import DelegationBody
from gateway.login.security_log import TITLES
from gateway.register.sought import PAPER_TITLES
from models.route import OUTCOME_TITLES, PART_TITLES, CountersignRule, Part, Verdict
from models.settings import ROOT
from printouts.gathering.verdicts import ACTS, ADDED, REMOVED, RULES, verdict_in_words
from printouts.printing.marks import LAYOUTS

STANDING = (
    "办理中",
    "退回修改",
    "重新提交",
    "发起人修改",
    "待办理",
    "未办理",
    "无需办理",
    "是",
    "否",
    "意见",
    "原因",
    "前一位会签人",
    "未打印",
    "未打印全文",
    "已归档",
    "不归档",
)


def marked() -> set[str]:
    """`_("…")` in the templates of the pages and in the gateway's code."""
    methods = [("templates/pages/**.html", "jinja2.ext:babel_extract"), ("gateway/**.py", "python")]
    keywords = {"_": None, "translated": None}
    found = extract_from_dir(ROOT, methods, keywords=keywords, directory_filter=lambda path: ".venv" not in path)
    return {text for _, _, text, _, _ in found if isinstance(text, str)}


def labels() -> set[str]:
    """Titles of kinds, their steps, copies and fields; what can be chosen; parts, results, verdicts."""
    return {
        *_of_kinds(),
        *_of_acts(),
        *_of_fields(DelegationBody),
        *_of_steps(),
        *_said(),
        *PART_TITLES.values(),
        *OUTCOME_TITLES.values(),
        *TITLES.values(),
        *DIFFERENCES.values(),
        *LAYOUTS.values(),
        *INCIDENTS.values(),
        *ADVICE.values(),
        UNKNOWN,
        *PAPER_TITLES.values(),
    }


def _of_kinds() -> Iterator[str]:
    for kind in kinds().values():
        yield from (kind.title, kind.description, *kind.fact_labels.values(), *(copy.title for copy in kind.copies))
        if kind.ledger:
            yield from (kind.ledger.title, *(column.title for column in kind.ledger.columns))
        for model in (kind.form, type(kind.rules), *kind.fields.values()):
            yield from _of_fields(model)


def _of_acts() -> Iterator[str]:
    for row in TABLE:
        yield from (row.title, row.effect)
    for act in ON_REQUESTS:
        yield from _of_fields(act.body)


def _of_fields(model: type[BaseModel]) -> Iterator[str]:
    for field in model.model_fields.values():
        yield from (each for each in (field.title, field.description) if each)
        for kind in getattr(field.annotation, "__args__", (field.annotation,)):
            if isinstance(kind, type) and issubclass(kind, Choice):
                yield from (each.label for each in kind)


def _of_steps() -> Iterator[str]:
    """The second argument of each `Step("key", "title", …)` in the kinds."""
    for path in (ROOT / "flows").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Step":
                yield str(ast.literal_eval(node.args[1]))


def _said() -> Iterator[str]:
    """Verdicts and acts in words, but for those that name a step."""
    yield from (*ACTS.values(), *RULES.values(), *ADDED.values(), REMOVED, *STANDING)
    for part, verdict, rule, last in product(Part, set(Verdict) - {Verdict.give_back}, CountersignRule, (True, False)):
        yield verdict_in_words(part, verdict, rule, last, "")
