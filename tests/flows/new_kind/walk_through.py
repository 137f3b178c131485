"""Run in a copy of the project that has the new kind: over REST from the form to the outcome, then the filed sheet."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from flows.engine.deploy import deployments
from flows.engine.filing import draw_and_file
from gateway.app import app
from models.database import transaction
from models.migrate import upgrade
from models.settings import settings
from ops.people import load_organisation
from ops.token import new_token

TEACHER, AGREES, HANDS_OUT = "T1045", "T1021", "T1017"


async def ask(account: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    headers = {"Authorization": f"Bearer {new_token(account)}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://oa") as http:
        answer = await http.request(method, path, json=body, headers=headers)
        return answer.raise_for_status().json()


async def walk() -> None:
    made = await ask(TEACHER, "POST", "/api/requests", {"kind": "supplies", "form": {"thing": "粉笔", "amount": 3}})
    for account, fields in ((AGREES, {}), (HANDS_OUT, {"handed_out": 3})):
        (item,) = await ask(account, "GET", "/api/inbox")
        await ask(account, "POST", f"/api/work-items/{item['id']}/decision", {"verdict": "agree", "fields": fields})
    await asyncio.to_thread(draw_and_file, UUID(made["id"]), "archive")  # signing has a loop of its own
    shown = await ask(TEACHER, "GET", f"/api/requests/{made['number']}")
    print(made["number"], shown["status"], settings().data / shown["sheets"][0]["path"])
    print(*(each.name for each in deployments()))


upgrade(settings().dsn)
with transaction() as session:
    load_organisation(session, Path("ops/sample/staff.csv"))
asyncio.run(walk())
