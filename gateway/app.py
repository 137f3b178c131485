"""The gateway: the only web server that people and programs reach."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing import parent_process
from pathlib import Path

from fastapi.staticfiles import StaticFiles

from gateway.administration import incident_pages, rule_pages
from gateway.administration import pages as administration
from gateway.answers import render_refusals
from gateway.bounds import Bounds
from gateway.check import pages as check
from gateway.desk import filing_pages, own_pages
from gateway.desk import pages as desk
from gateway.headers import SafeHeaders
from gateway.jobs import pages as jobs
from gateway.language import InTheirLanguage
from gateway.login import account, account_pages, provider_pages, sessions
from gateway.login import pages as log_in_pages
from gateway.prefect import routes, ui
from gateway.register import ledger_pages
from gateway.register import pages as register
from gateway.rest import acts as rest_acts
from gateway.rest import administrators, api, rules
from gateway.rest import delegations as rest_delegations
from gateway.rest import phrases as rest_phrases
from gateway.rest import printing as rest_printing
from gateway.rest.openapi import Published
from gateway.workbench import acts, delegations, hand_overs, new, pages, phrase_pages, request
from models.parent import die_with_parent


@asynccontextmanager
async def _together(_: Published) -> AsyncIterator[None]:
    """One of several gateway processes goes when the first one goes: none keeps the port to itself.

    What is loaded by now stays, and a page's many small objects go by themselves: the garbage collector need not go
    through everything every few pages, which takes 0.2 s (docs/performance.md).
    """
    if parent_process():
        die_with_parent()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    yield


app = Published(
    title="办公审批",
    version="0.1.0",
    openapi_url="/api/openapi.json",
    docs_url=None,
    redoc_url=None,
    lifespan=_together,
)
app.add_middleware(InTheirLanguage)
app.add_middleware(Bounds)
app.add_middleware(SafeHeaders)  # outside: on every answer
render_refusals(app)
for part in (
    *(api, pages, request),  # an address is looked for in this order: what is asked most comes first
    *(sessions, account, log_in_pages, account_pages, provider_pages),
    own_pages,  # before the acts, which take any word there
    *(rest_acts, rest_printing, rest_phrases, administrators, rest_delegations, rules),
    *(new, acts, phrase_pages, delegations, hand_overs, administration, rule_pages, incident_pages),
    *(desk, filing_pages, register, ledger_pages, check, jobs, routes, ui),
):
    app.include_router(part.router)
app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
