"""What would change in a route: steps that stay, differ, come and go."""

from dataclasses import replace

from models.route import Step
from models.route_diff import Change, changes, compare

HEAD, HR, VICE = (
    Step("head", "部门负责人审批", "T1021"),
    Step("hr", "人事处审核", "T1007"),
    Step("vice", "校领导", "T1003"),
)


def test_the_same_route_changes_nothing() -> None:
    lines = compare([HEAD, HR], [HEAD, HR])
    assert lines == [Change(HEAD, HEAD), Change(HR, HR)]
    assert not changes(lines)


def test_a_step_that_comes_and_one_that_goes() -> None:
    assert compare([HEAD, HR], [HEAD, HR, VICE])[-1] == Change(None, VICE)
    assert compare([HEAD, HR, VICE], [HEAD, VICE]) == [Change(HEAD, HEAD), Change(HR, None), Change(VICE, VICE)]
    assert changes(compare([HEAD], [HEAD, HR]))


def test_a_step_in_the_place_of_another() -> None:
    assert compare([HEAD, HR], [HEAD, VICE]) == [Change(HEAD, HEAD), Change(HR, None), Change(None, VICE)]


def test_what_differs_in_a_step_is_named() -> None:
    slower = replace(HR, host="T1008", countersigners=("T1009",), deadline_hours=24)
    (line,) = compare([HR], [slower])
    assert set(line.differs) == {"host", "countersigners", "deadline_hours"}
    assert not line.stays


def test_another_order_is_a_change() -> None:
    assert changes(compare([HEAD, HR], [HR, HEAD]))


def test_a_driver_who_was_named_meanwhile_is_no_change() -> None:
    back = Step("take-back", "收车", "T1038", handlers_by="dispatch")
    assert not changes(compare([replace(back, handlers=("T1039",))], [back]))


def test_from_nothing_to_nothing() -> None:
    assert compare([], []) == []
