"""Providers with which people log in instead of a password of ours; one file each."""

from collections.abc import Mapping

from gateway.login.providers import dingtalk, oidc
from gateway.login.providers.provider import Provider

PROVIDERS: Mapping[str, Provider] = {"oidc": oidc, "dingtalk": dingtalk}


def offered() -> dict[str, str]:
    """Those that are set up, with what their button says."""
    titles = {name: provider.title() for name, provider in PROVIDERS.items()}
    return {name: title for name, title in titles.items() if title}


def proving() -> dict[str, str]:
    """Those of them with which one proves anew who one is, in place of a password of ours."""
    return {name: title for name, title in offered().items() if PROVIDERS[name].TELLS_WHEN}
