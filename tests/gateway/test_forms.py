"""Wrong forms: 4xx that names the field in Chinese and says how to mend it; nothing changed."""

import pytest

from tests.gateway.office import (
    COLLEAGUE,
    HEAD,
    STRANGER,
    TEACHER,
    As,
    Json,
    day,
    leave,
    moment,
    nothing_changed,
    refused,
    seal,
    vehicle,
)


def _wrong(who: As, kind: str, form: Json, label: str, field: str) -> None:
    """Refused alike when submitted and when previewed."""
    with nothing_changed():
        detail = refused(who.post("/api/requests", {"kind": kind, "form": form}), 422, f"{label}：")
        assert field in detail["fields"]
        refused(who.post("/api/requests/preview", {"kind": kind, "form": form}), 422, f"{label}：")


@pytest.mark.parametrize(
    ("label", "field", "value"),
    [
        ("假别", "leave_type", "holiday"),
        ("假别", "leave_type", None),
        ("起始日期", "start", "明天"),
        ("起始日期", "start", 20270101),
        ("起始日期", "start", day(-60)),
        ("终止日期", "end", day(1)),
        ("终止日期", "end", "9999-12-31"),
        ("终止日期", "end", ""),
        ("事由", "reason", ""),
        ("事由", "reason", " \n "),
        ("事由", "reason", ["家中有事"]),
        ("事由", "reason", "响\a铃"),
        ("事由", "reason", "\x1b[31m"),
        ("前往地点", "destination", "两\n行"),
        ("前往地点", "destination", "长" * 101),
        ("是否离开本市", "out_of_city", "yes"),
        ("前往地点", "out_of_city", True),
        ("联系电话", "contact_phone", "打我手机"),
        ("工作代理人", "substitute", TEACHER.account),
        ("工作代理人", "substitute", "T9999"),
        ("工作代理人", "substitute", "T1080"),
        ("工作代理人", "substitute", "T1078"),
        ("工作代理人", "substitute", 1044),
        ("证明材料", "attachments", "a.pdf"),
        ("证明材料", "attachments", ["a.pdf"]),
        ("自（上午/下午）", "start_half", "noon"),
    ],
)
def test_a_wrong_leave_names_the_field(label: str, field: str, value: object) -> None:
    form = {"leave_type": "personal", "start": day(300), "end": day(300), "reason": "有事", field: value}
    at_fault = "destination" if field == "out_of_city" and value is True else field
    _wrong(TEACHER, "leave", form, label, at_fault)


@pytest.mark.parametrize("far", [day(400), "9999-12-31"])
def test_a_leave_far_ahead_is_refused(far: str) -> None:
    _wrong(TEACHER, "leave", leave() | {"start": far, "end": far}, "起始日期", "start")


def test_a_leave_of_a_whole_day_backwards_is_refused() -> None:
    halves = {"start_half": "pm", "end_half": "am"}
    _wrong(TEACHER, "leave", {**leave(), **halves}, "终止日期", "end")


def test_from_three_days_a_substitute_is_asked_for() -> None:
    _wrong(TEACHER, "leave", leave(days=3) | {"substitute": None}, "工作代理人", "substitute")


def test_a_head_always_names_a_substitute() -> None:
    _wrong(HEAD, "leave", leave(HEAD), "工作代理人", "substitute")


def test_annual_leave_on_a_weekend_is_no_leave() -> None:
    saturday = {"leave_type": "annual", "start": "2027-03-06", "end": "2027-03-07", "reason": "休息"}
    _wrong(TEACHER, "leave", saturday, "终止日期", "end")


def test_long_sick_leave_needs_a_diagnosis_that_is_ones_own() -> None:
    form = leave(days=3, leave_type="sick")
    with nothing_changed():
        refused(TEACHER.post("/api/requests", {"kind": "leave", "form": form}), 422, "证明材料", "诊断证明")
    proof = COLLEAGUE.hand_in("诊断.pdf")
    with nothing_changed():
        body = {"kind": "leave", "form": form | {"attachments": [proof]}}
        refused(TEACHER.post("/api/requests", body), 422, "证明材料", "重新上传")


def test_an_attachment_serves_one_request_only() -> None:
    form = seal()
    TEACHER.submit("seal", form)
    with nothing_changed():
        refused(TEACHER.post("/api/requests", {"kind": "seal", "form": form}), 422, "用印材料")


@pytest.mark.parametrize("end", [None, day(360)])
def test_a_leave_over_another_is_refused(end: str | None) -> None:
    first = leave(days=2)
    TEACHER.submit("leave", first)
    over = first | {"start": first["end"], "end": end or first["end"], "substitute": COLLEAGUE.account}
    with nothing_changed():
        refused(TEACHER.post("/api/requests", {"kind": "leave", "form": over}), 409, "重叠")


def test_two_half_days_meet_at_noon() -> None:
    morning = leave(end_half="am")
    TEACHER.submit("leave", morning)
    TEACHER.submit("leave", {**morning, "start_half": "pm", "end_half": "pm"})


@pytest.mark.parametrize(
    ("label", "field", "value"),
    [
        ("返回时间", "return_at", moment(9)),
        ("返回时间", "return_at", moment(80)),
        ("返回时间", "return_at", "9999-12-31T23:59:59-12:00"),
        ("出发时间", "depart_at", moment(-1)),
        ("出发时间", "depart_at", moment(200)),
        ("出发时间", "depart_at", "20270101"),
        ("出发时间", "depart_at", "0001-01-01T00:00:00+14:00"),
        ("出发时间", "depart_at", 1764547200),
        ("乘车人数", "passengers", 0),
        ("乘车人数", "passengers", 61),
        ("乘车人数", "passengers", 2.5),
        ("乘车人数", "passengers", True),
        ("用车范围", "scope", "moon"),
        ("目的地", "destination", None),
        ("车型", "vehicle_type", "tank"),
    ],
)
def test_a_wrong_trip_names_the_field(label: str, field: str, value: object) -> None:
    _wrong(TEACHER, "vehicle", vehicle() | {field: value}, label, field)


@pytest.mark.parametrize(
    ("label", "field", "value"),
    [
        ("份数", "copies", 0),
        ("份数", "copies", 1_000_000),
        ("份数", "copies", -1),
        ("份数", "copies", 10**30),
        ("每份用印数（含骑缝章）", "stamps_per_copy", 0),
        ("每份用印数（含骑缝章）", "stamps_per_copy", 101),
        ("印章名称", "seal", "mine"),
        ("材料类别", "category", ""),
        ("材料名称", "document_title", "长" * 101),
        ("外带地点", "take_out", True),
    ],
)
def test_a_wrong_use_of_a_seal_names_the_field(label: str, field: str, value: object) -> None:
    paper = {"document_title": "证明", "category": "certificate", "copies": 1, "seal": "school", "reason": "办事"}
    at_fault = "take_out_place" if field == "take_out" else field
    _wrong(TEACHER, "seal", paper | {"attachments": [], field: value}, label, at_fault)


def test_a_seal_comes_back_within_a_week() -> None:
    out = {"take_out": True, "take_out_place": "市政务中心", "take_out_until": moment(30)}
    paper = {"document_title": "证明", "category": "certificate", "copies": 1, "seal": "school", "reason": "办事"}
    _wrong(TEACHER, "seal", paper | out, "归还时间", "take_out_until")


def test_nothing_is_stamped_on_a_blank_page() -> None:
    form = {**seal(STRANGER), "attachments": []}
    with nothing_changed():
        refused(STRANGER.post("/api/requests", {"kind": "seal", "form": form}), 422, "用印材料", "空白")


def test_every_fault_of_a_form_is_told_at_once() -> None:
    form = {"leave_type": "x", "start": "y", "end": day(300), "reason": ""}
    detail = refused(TEACHER.post("/api/requests", {"kind": "leave", "form": form}), 422, "假别", "起始日期", "事由")
    assert detail["fields"].keys() == {"leave_type", "start", "reason"}
