"""Whether a write comes from a page of ours (ASVS 5.0, 3.5.1): Origin, Sec-Fetch-Site and Referer, all that are sent.

Programs send none of them; what they lack is the cookie.
"""

from urllib.parse import urlsplit

from fastapi import Request

from gateway.login.refused import AtTheDoor
from models.settings import settings

OURS = ("same-origin", "none")  # "none": typed or bookmarked


def check_origin(request: Request, account: str | None = None) -> None:
    """
    Raises:
        AtTheDoor: another site's page sent this.
    """
    places = (request.headers[name] for name in ("origin", "referer") if name in request.headers)
    if request.headers.get("sec-fetch-site", "none") in OURS and all(is_ours(request, each) for each in places):
        return
    told = f"请求来自别的网站，没有执行。请在本系统（{settings().address}）的页面上操作。"
    raise AtTheDoor(told, "origin_refused", account)


def is_ours(request: Request, url: str) -> bool:
    """The host that was asked, or the one that people know us by."""
    try:
        sent = urlsplit(url)
    except ValueError:
        return False
    own = {request.headers.get("host", ""), urlsplit(settings().address).netloc}
    return sent.scheme in ("http", "https") and sent.netloc in own
