"""The OpenAPI page, completed with what the framework cannot know: bodies are read at the door, who asks by hand.

Bodies come from the models that `read_body` reads, answers from the shapes that the views give, refusals from the one
shape of all refusals.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from flows.engine.acts.table import ACTS
from flows.engine.kind import Kind, kinds
from gateway.login.cookies import COOKIE
from gateway.login.identity import READS
from gateway.rest.contract import Body, Preview, Submission
from gateway.rest.shapes import ErrorShown

IN_COMPONENTS = "#/components/schemas/{model}"
ALWAYS = (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE)
SESSION: dict[str, list[str]] = {"session": []}
BEARER: dict[str, list[str]] = {"bearer": []}
SCHEMES = {
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "浏览器登录，见 POST /api/session。"},
    "csrf": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRF-Token",
        "description": "以 Cookie 登录时，写操作须带登录时返回的 csrf。",
    },
    "bearer": {"type": "http", "scheme": "bearer", "description": "程序用的令牌：./oa token 工号。"},
}
PUBLIC: dict[str, Any] = {"security": []}  # `openapi_extra` of a route that asks nobody to log in


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route for these statuses beside those that every route may answer."""
    return {status: {"model": ErrorShown, "description": HTTPStatus(status).phrase} for status in (*statuses, *ALWAYS)}


def content(media_type: str, description: str) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that answers bytes."""
    about = {"content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}
    return {200: {"description": description, **about}}


class Published(FastAPI):
    """FastAPI whose OpenAPI page is whole."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            found = super().openapi()
            components = found["components"]
            components["schemas"] |= _bodies()
            components["securitySchemes"] = SCHEMES
            for method, operation in _operations(found):
                operation.setdefault("security", _security(method))
        assert self.openapi_schema is not None  # noqa: S101 - FastAPI keeps what it made
        return self.openapi_schema


def _operations(found: dict[str, Any]) -> Iterable[tuple[str, dict[str, Any]]]:
    return (each for methods in found["paths"].values() for each in methods.items())


def _security(method: str) -> list[dict[str, list[str]]]:
    """A browser's session, whose writes need its CSRF token; or a program's token."""
    return [SESSION if method.upper() in READS else SESSION | {"csrf": []}, BEARER]


def _bodies() -> dict[str, Any]:
    """The bodies as components; the form in a request is that of its kind."""
    models: list[type[BaseModel]] = [
        *Body.__subclasses__(),
        *(each for body in Body.__subclasses__() for each in body.__subclasses__()),
    ]
    models += {act.body: None for act in ACTS}
    forms = [kind.form for kind in kinds().values()]
    _, schemas = models_json_schema([(each, "validation") for each in (*models, *forms)], ref_template=IN_COMPONENTS)
    made: dict[str, Any] = schemas["$defs"]
    for body in (Preview, Submission):
        made[body.__name__] = {"oneOf": [_with_form(made[body.__name__], kind) for kind in kinds().values()]}
    return made


def _with_form(body: dict[str, Any], kind: Kind) -> dict[str, Any]:
    about = body["properties"]
    key = about["kind"] | {"const": kind.key}
    form = {"$ref": IN_COMPONENTS.format(model=kind.form.__name__)}
    return body | {"title": kind.title, "properties": about | {"kind": key, "form": form}}
