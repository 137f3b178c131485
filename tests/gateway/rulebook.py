"""The rules of the kinds as tests read and change them: over REST, as the main administrator."""

from tests.gateway.office import ADMINISTRATOR, Json, good

PATH = "/api/rules"


def rules(kind: str = "leave") -> Json:
    return dict(good(ADMINISTRATOR.get(f"{PATH}/{kind}")))


def saved(kind: str = "leave", **to: object) -> Json:
    """A new version with these changes."""
    now = rules(kind)
    return dict(
        good(ADMINISTRATOR.post(f"{PATH}/{kind}", {"version": now["version"], "rules": now["rules"] | to}), 201)
    )
