"""./oa demo: a leave, a vehicle and a seal request go from form to filed sheet, everyone acting as themselves by REST.

Runs against the running installation, or starts its own in a temporary folder. The exit code tells.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from models.settings import settings
from ops import check
from ops.client import Person, installation

PATIENCE = 90  # seconds until the sheets must be filed
TEACHER, SUBSTITUTE, SECRETARY = "T1045", "T1044", "T1059"


def main(args: Sequence[str]) -> int:
    """Run the three requests and print a table. 0: all approved, filed, and the record is clean."""
    argparse.ArgumentParser("oa demo", description="三份申请从表单走到归档").parse_args(args)
    with installation() as address:
        print(f"演示平台：{address}")
        requests = [leave(address), vehicle(address), seal(address)]
        print("等待流程单归档 …")
        shown = [filed(address, who, number, copies) for who, number, copies in requests]
        print(table(shown))
        clean = check.main([])
    return 0 if clean == 0 and all(each["status"] == "approved" for each in shown) else 1


def leave(address: str) -> tuple[str, str, set[str]]:
    """A teacher asks for nine days; department head and HR agree."""
    start = ahead(30 + 10 * earlier(address, TEACHER, "leave"))
    form = {
        "leave_type": "personal", "start": f"{start:%F}", "start_half": "am",
        "end": f"{start + timedelta(days=8):%F}", "end_half": "pm", "reason": "回乡照顾父母",
        "destination": "云南省大理市",
        "out_of_city": True, "contact_phone": "10000001045", "substitute": SUBSTITUTE,
        "teaching_arranged": "调课单 2026-118",
    }  # fmt: skip
    number = submit(address, TEACHER, "leave", form)
    walk(address, TEACHER, number, lambda item: {"opinion": "已核，同意。" if item["role"] == "handler" else "同意。"})
    return TEACHER, number, {"archive"}


def vehicle(address: str) -> tuple[str, str, set[str]]:
    """Out of the city: agreed, a car assigned, taken back after the trip."""
    leaving = ahead(4 + earlier(address, SECRETARY, "vehicle") % 80).replace(hour=8, minute=0)
    form = {
        "purpose": "赴合作企业考察实训基地", "destination": "临江市高新区", "scope": "out_of_city",
        "depart_at": leaving.isoformat(), "return_at": (leaving + timedelta(hours=10)).isoformat(),
        "passengers": 3, "passenger_names": "曹然霞、彭磊、董磊", "vehicle_type": "sedan",
        "contact_phone": "10000001059", "cargo": "宣传资料 2 箱",
    }  # fmt: skip
    number = submit(address, SECRETARY, "vehicle", form)

    def answer(item: dict[str, Any]) -> dict[str, Any]:
        if item["step"]["key"] == "dispatch":
            offered = item["fields_schema"]["properties"]
            return {"fields": {name: offered[name]["enum"][0] for name in ("plate", "driver")}}
        if item["role"] == "handler":
            trip = {"departed_at": form["depart_at"], "returned_at": form["return_at"], "fuel": "320.50", "tolls": "86"}
            return {"fields": {"odometer_start": 48210, "odometer_end": 48467, **trip}}
        return {"opinion": "同意。"}

    walk(address, SECRETARY, number, answer)
    return SECRETARY, number, {"dispatch", "archive"}


def seal(address: str) -> tuple[str, str, set[str]]:
    """A contract: finance, audit and legal countersign; the keeper stamps and counts."""
    initiator = Person(address, SECRETARY)
    text = initiator.hand_in(
        "实训设备采购合同.txt", "实训设备采购合同\n甲方：天辰学院\n乙方：某某科技有限公司\n".encode()
    )
    form = {
        "seal": "contract", "document_title": "实训设备采购合同", "category": "contract",
        "recipient": "某某科技有限公司",
        "copies": 4, "stamps_per_copy": 2, "reason": "采购实训设备，已完成招标", "take_out": False,
        "attachments": [text],
    }  # fmt: skip
    number = submit(address, SECRETARY, "seal", form)

    def answer(item: dict[str, Any]) -> dict[str, Any]:
        if item["step"]["key"] == "stamp":
            stamped = {"stamped_at": datetime.now(settings().zone).isoformat(), "collected_by": "曹然霞"}
            return {"fields": {"stamps_used": 8, "stamps_spoiled": 0, **stamped}}
        return {"opinion": "已审核，无异议。" if item["role"] == "countersigner" else "同意。"}

    walk(address, SECRETARY, number, answer)
    return SECRETARY, number, {"archive"}


def ahead(days: int) -> datetime:
    return datetime.now(settings().zone) + timedelta(days=days)


def earlier(address: str, account: str, kind: str) -> int:
    """How often this was asked for before: a later date each time, so that the demo can be run again and again."""
    return len(Person(address, account).get(f"/api/requests?mine=true&kind={kind}"))


def submit(address: str, account: str, kind: str, form: dict[str, Any]) -> str:
    made = Person(address, account).post("/api/requests", {"kind": kind, "form": form})
    chain = " → ".join(step["title"] for step in made["route"])
    print(f"{made['number']} 已提交：{chain}")
    return str(made["number"])


def walk(address: str, initiator: str, number: str, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Let whoever is awaited act, until nobody is."""
    while waiting := Person(address, initiator).get(f"/api/requests/{number}")["waiting_for"]:
        for awaited in waiting:
            person = Person(address, awaited["account"])
            for item in person.get("/api/inbox"):
                if item["number"] == number:
                    person.post(f"/api/work-items/{item['id']}/decision", {"verdict": "agree", **answer(item)})
                    print(f"  {item['step']['title']} · {awaited['name']}：同意")


def filed(address: str, account: str, number: str, copies: set[str]) -> dict[str, Any]:
    """Wait until every copy of the sheet is filed, and give the request as it then is."""
    end = time.monotonic() + PATIENCE
    while True:
        shown: dict[str, Any] = Person(address, account).get(f"/api/requests/{number}")
        if copies <= {sheet["copy"] for sheet in shown["sheets"]} or time.monotonic() > end:
            return shown
        time.sleep(0.3)


def table(shown: list[dict[str, Any]]) -> str:
    lines = ["", "编号              结果       Prefect 运行 / 流程单"]
    for each in shown:
        lines.append(f"{each['number']:<16}  {each['status']:<9}  {settings().prefect_page(each['flow_run_id'])}")
        lines += [f"{'':29}{sheet['title']} {settings().data / sheet['path']}" for sheet in each["sheets"]]
        if not each["sheets"]:
            lines.append(f"{'':29}流程单未归档")
    return "\n".join(lines)
