"""The gateway: the only web server that people and programs reach."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from gateway import api, pages, sessions
from gateway.answers import render_refusals
from gateway.headers import SafeHeaders

app = FastAPI(title="办公审批", version="0.1.0", openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
app.add_middleware(SafeHeaders)
render_refusals(app)
app.include_router(sessions.router)
app.include_router(api.router)
app.include_router(pages.router)
app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
