"""The gateway: the only web server that people and programs reach."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing import parent_process
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from gateway import api, pages, sessions
from gateway.answers import render_refusals
from gateway.headers import SafeHeaders
from gateway.prefect import routes, ui
from models.parent import die_with_parent


@asynccontextmanager
async def _together(_: FastAPI) -> AsyncIterator[None]:
    """One of several gateway processes goes when the first one goes: none keeps the port to itself."""
    if parent_process():
        die_with_parent()
    yield


app = FastAPI(
    title="办公审批",
    version="0.1.0",
    openapi_url="/api/openapi.json",
    docs_url=None,
    redoc_url=None,
    lifespan=_together,
)
app.add_middleware(SafeHeaders)
render_refusals(app)
app.include_router(sessions.router)
app.include_router(api.router)
app.include_router(pages.router)
app.include_router(routes.router)
app.include_router(ui.router)
app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
