"""A browser without scripts: reads a page's forms, fills them in and posts them with everything the page put there."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

from gateway.login.cookies import COOKIE
from tests.gateway.office import As, new_log_in, send

FORM = "application/x-www-form-urlencoded"


@dataclass
class Form:
    """Where it is posted to, and what it holds before anything is typed."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class Page(HTMLParser):
    """A page: its status, its text and its forms."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.status, self.html, self.text, self.forms = answer.status_code, answer.text, "", list[Form]()
        self.inputs, self.rows = list[str](), list[str]()
        self._open = ("", "")
        self.feed(answer.text)

    def form(self, action: str) -> Form:
        (found,) = (each for each in self.forms if each.action.startswith(action))
        return found

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        about = {name: value or "" for name, value in attributes}
        name = about.get("name", "")
        if name and tag == "input":
            self.inputs.append(name)
        if "data-row" in about:
            self.rows.append("")
        if not self.forms and tag != "form":
            return
        if tag == "form":
            self.forms.append(Form(about["action"]))
        elif tag == "input" and about.get("type") in ("radio", "checkbox") and name:
            self.forms[-1].choices.setdefault(name, []).append(about["value"])
            if "checked" in about:
                self.forms[-1].values[name] = about["value"]
        elif tag == "input" and name and about.get("type") != "file":
            self.forms[-1].values[name] = about.get("value", "")
        elif tag in ("select", "textarea") and name:
            self._open = (tag, name)
            self.forms[-1].values[name] = ""
        elif tag == "option":
            self.forms[-1].choices.setdefault(self._open[1], []).append(about["value"])
            if "selected" in about or len(self.forms[-1].choices[self._open[1]]) == 1:
                self.forms[-1].values[self._open[1]] = about["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == self._open[0]:
            self._open = ("", "")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.rows:
            self.rows[-1] += data
        if self._open[0] == "textarea":
            self.forms[-1].values[self._open[1]] += data


class Browser:
    """A person logged in with a browser session."""

    def __init__(self, who: As) -> None:
        self.csrf = f"csrf of {who.account}"
        self.cookie = {"Cookie": f"{COOKIE}={new_log_in(who.account, csrf=self.csrf)}"}

    def open(self, path: str) -> Page:
        return Page(send("GET", path, headers=self.cookie))

    def post(self, form: Form, **typed: str | None) -> httpx.Response:
        """Post a form as the page gave it, with what is typed over it; None leaves a field out."""
        values = form.values | {name.replace("__", "."): value for name, value in typed.items()}
        filled = {name: value for name, value in values.items() if value is not None}
        return send("POST", form.action, data=filled, headers=self.cookie)

    def fill_in(self, form: Form, **typed: str | None) -> Page:
        """Post it and follow to the page that comes next."""
        answer = self.post(form, **typed)
        return self.open(answer.headers["location"]) if answer.status_code == 303 else Page(answer)
