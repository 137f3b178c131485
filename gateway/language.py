"""The language of the pages: Simplified Chinese as written, English and Traditional Chinese from gettext catalogues."""

import io
from collections.abc import Mapping
from contextvars import ContextVar
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from models.settings import ROOT

COOKIE = "oa_language"
LANGUAGES: Mapping[str, str] = {"zh-CN": "简体中文", "zh-TW": "繁體中文", "en": "English"}
FIRST = "zh-CN"
CATALOGUES = ROOT / "templates" / "languages"
_spoken: ContextVar[str] = ContextVar("language", default=FIRST)


def spoken() -> str:
    """The language of the page being made."""
    return _spoken.get()


def translated(text: str) -> str:
    """A text of ours in that language; what the catalogue lacks stays Chinese."""
    return catalogue(spoken()).gettext(text) if text else ""


def translated_many(one: str, many: str, count: int) -> str:
    return catalogue(spoken()).ngettext(one, many, count)


@lru_cache
def catalogue(language: str) -> NullTranslations:
    """The texts of a language; `templates/languages/{language}.po` is read once a process."""
    path = CATALOGUES / f"{language}.po"
    return _read(path) if path.exists() else NullTranslations()


class InTheirLanguage:
    """ASGI middleware: the cookie says which language its owner chose."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            _spoken.set(_chosen(Headers(scope=scope).get("cookie", "")))
        await self.app(scope, receive, send)


def _chosen(cookies: str) -> str:
    try:
        kept = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return FIRST
    return kept.value if kept and kept.value in LANGUAGES else FIRST


def _read(path: Path) -> GNUTranslations:
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=path.stem.replace("-", "_")))
    compiled.seek(0)
    return GNUTranslations(compiled)
