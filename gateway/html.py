"""Pages from the templates under templates/pages: everything escaped, moments in the office's zone."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway.language import LANGUAGES, spoken, translated, translated_many
from gateway.visibility import is_administrator, may_hand_over, may_print, may_register
from models.refusals import Refusal
from models.settings import ROOT, settings
from printouts.drawing.wording import size


def page(name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """The template `templates/pages/{name}.html`; `me` is the person logged in, `refusal` what was wrong, if any."""
    shown = {"me": None, "organisation": settings().organisation, "language": spoken(), **values}
    text = environment().get_template(f"{name}.html").render(shown)
    return HTMLResponse(text, status, headers=retry_after(values.get("refusal")))


def retry_after(refusal: Refusal | None) -> dict[str, str]:
    """The header of an answer that says in how many seconds to try again (RFC 9110, 10.2.3)."""
    if refusal and "retry_after" in refusal.detail:
        return {"Retry-After": str(refusal.detail["retry_after"])}
    return {}


@lru_cache
def environment() -> Environment:
    """What the templates are made with. `_` marks texts of ours; `t` turns a label that is a value."""
    made = Environment(
        loader=FileSystemLoader(ROOT / "templates" / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(translated, translated_many, newstyle=True)  # type: ignore[attr-defined]
    made.filters |= {"minute": _minute, "size": size, "t": translated}
    made.globals |= {each.__name__: each for each in (is_administrator, may_hand_over, may_print, may_register)}
    made.globals["languages"] = LANGUAGES
    return made


def _minute(moment: datetime | None) -> str:
    """2026-11-23 09:05, which every language reads."""
    return f"{moment.astimezone(settings().zone):%Y-%m-%d %H:%M}" if moment else ""
