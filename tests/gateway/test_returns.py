"""Return and second round, amending, withdrawing."""

from tests.gateway.office import HEAD, HR_CLERK, SECTION_HEAD, TEACHER, good, leave, nothing_changed, refused


def test_a_returned_request_comes_back_to_the_same_person_in_a_second_round() -> None:
    number = TEACHER.submit("leave", leave())
    SECTION_HEAD.decide(number, "return", opinion="请写明去向", to="initiator")
    back = TEACHER.item(number)
    assert (back["role"], back["round"], back["actions"]) == ("initiator", 2, ["agree"])
    TEACHER.decide(number, opinion="已说明")
    assert SECTION_HEAD.item(number)["round"] == 2
    assert SECTION_HEAD.decide(number, round=2)["status"] == "approved"
    rounds = TEACHER.read(number)["steps"][0]["rounds"]
    assert [each["items"][0]["verdict"] for each in rounds] == ["return", "agree"]


def test_an_amended_form_gives_a_new_route() -> None:
    number = TEACHER.submit("leave", leave())
    SECTION_HEAD.decide(number, "return", opinion="假期不够长吧", to="initiator")
    TEACHER.decide(number, form=leave(days=3))
    read = TEACHER.read(number)
    assert [step["key"] for step in read["steps"]] == ["head"]
    assert read["facts"] == {"days": "3"}
    assert {"amended", "decided"} <= {each["act"] for each in read["journal"]}
    assert HEAD.decide(number)["status"] == "approved"


def test_a_return_to_the_previous_step_opens_that_step_again() -> None:
    number = TEACHER.submit("leave", leave(days=7))
    HEAD.decide(number)
    HR_CLERK.decide(number, "return", opinion="天数请再核对", to="previous")
    assert HEAD.item(number)["round"] == 2
    HEAD.decide(number)
    assert HR_CLERK.item(number)["round"] == 2


def test_while_it_is_with_the_initiator_its_days_are_free_again() -> None:
    form = leave()
    number = TEACHER.submit("leave", form)
    SECTION_HEAD.decide(number, "return", opinion="?", to="initiator")
    other = TEACHER.submit("leave", form)
    with nothing_changed():
        path = f"/api/work-items/{TEACHER.item(number)['id']}/decision"
        refused(TEACHER.post(path, {"verdict": "agree"}), 409, "重叠")
    good(TEACHER.post(f"/api/requests/{other}/withdraw", {}))
    TEACHER.decide(number)


def test_the_initiator_withdraws_and_the_holder_is_told() -> None:
    number = TEACHER.submit("leave", leave())
    answer = good(TEACHER.post(f"/api/requests/{number}/withdraw", {"reason": "不去了"}))
    assert answer["request"]["status"] == "withdrawn"
    assert number not in str(good(SECTION_HEAD.get("/api/inbox")))
    told = [each for each in SECTION_HEAD.read(number)["notices"] if each["topic"] == "told"]
    assert {each["person"]["account"] for each in told} == {SECTION_HEAD.account}


def test_withdrawn_days_can_be_asked_for_again() -> None:
    form = leave()
    number = TEACHER.submit("leave", form)
    good(TEACHER.post(f"/api/requests/{number}/withdraw", {}))
    TEACHER.submit("leave", form)
