"""The guide's table of acts is the table in code."""

from flows.engine.acts.table import TABLE
from models.settings import ROOT

HEADER = "| 操作 | 谁可以 | 何时 | 结果 |\n|---|---|---|---|\n"


def test_the_guide_tells_each_act_as_the_table_has_it() -> None:
    rows = "".join(f"| {act.title} | {act.whoever} | {act.when} | {act.effect} |\n" for act in TABLE)
    told = (ROOT / "docs" / "guide.md").read_text().partition(HEADER)[2].partition("\n\n")[0] + "\n"
    assert told == rows, f"docs/guide.md should say:\n{HEADER}{rows}"
