"""Pages from the templates under templates/pages: everything escaped, moments in the office's zone."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.settings import ROOT, settings
from printouts.wording import minute, size


def page(name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The template `templates/pages/{name}.html`; `me` is the person logged in, if any."""
    shown = {"me": None, "organisation": settings().organisation, **values}
    return HTMLResponse(_environment().get_template(f"{name}.html").render(shown), status)


@lru_cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(ROOT / "templates" / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"minute": _minute, "size": size}
    return made


def _minute(moment: datetime | None) -> str:
    return minute(moment.astimezone(settings().zone)) if moment else ""
