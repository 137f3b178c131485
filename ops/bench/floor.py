"""The floor: what a decision costs at the least. The same three inserts as bare SQL behind a bare endpoint.

And what reading an inbox costs at the least: as many rows of those tables, as JSON.

Same web framework, server, driver and way of working (a thread a request, a pooled connection) as the gateway, so that
the ratio tells what identity, rules, journal and notices cost. `uvicorn ops.bench.floor:app`; the tables are its own.
"""

from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool
from pydantic import BaseModel

from models.settings import settings

TABLES = """
CREATE TABLE IF NOT EXISTS floor_decision
    (id uuid PRIMARY KEY, verdict text, opinion text, at timestamptz DEFAULT now());
CREATE TABLE IF NOT EXISTS floor_item (id uuid PRIMARY KEY, decision uuid REFERENCES floor_decision, person text);
CREATE TABLE IF NOT EXISTS floor_journal (id uuid PRIMARY KEY, decision uuid REFERENCES floor_decision, detail jsonb);
"""

ITEMS = """
SELECT item.id, item.person, said.verdict, said.opinion, said.at, entry.detail FROM floor_item AS item
    JOIN floor_decision AS said ON said.id = item.decision JOIN floor_journal AS entry ON entry.decision = said.id
    ORDER BY said.at LIMIT %s
"""

app = FastAPI()
pool = ConnectionPool(settings().dsn, min_size=8, max_size=20, open=True)
with pool.connection() as opened:
    opened.execute(TABLES)


class Decision(BaseModel):
    verdict: str
    opinion: str


@app.post("/decide")
def decide(body: Decision) -> dict[str, str]:
    decision = uuid4()
    with pool.connection() as connection:
        connection.execute(
            "INSERT INTO floor_decision (id, verdict, opinion) VALUES (%s, %s, %s)",
            (decision, body.verdict, body.opinion),
        )
        connection.execute("INSERT INTO floor_item VALUES (%s, %s, %s)", (uuid4(), decision, "T1003"))
        detail = Jsonb(body.model_dump())
        connection.execute("INSERT INTO floor_journal VALUES (%s, %s, %s)", (uuid4(), decision, detail))
    return {"decision": str(decision)}


@app.get("/items")
def items(most: int) -> list[dict[str, Any]]:
    with pool.connection() as connection:
        return connection.cursor(row_factory=dict_row).execute(ITEMS, (most,)).fetchall()
