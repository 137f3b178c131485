"""Where a web request comes from: its network address and its device. Nothing here says who is asking."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request

from models.settings import settings

LONGEST_DEVICE = 200
BROWSERS = {  # sign in the User-Agent → name; the first that fits
    "DingTalk": "钉钉",
    "MicroMessenger": "微信",
    "Edg": "Edge",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


@dataclass(frozen=True)
class Caller:
    """`address` is "" where the server does not tell one; `device` is the User-Agent."""

    address: str
    device: str

    @property
    def network(self) -> str:
        """What wrong tries are counted by: the address; of IPv6 the /64, of which one subscriber has all."""
        try:
            plain = ip_address(self.address)
        except ValueError:
            return self.address
        return str(ip_network((plain, 64), strict=False)) if isinstance(plain, IPv6Address) else self.address


def caller_of(request: Request) -> Caller:
    device = "".join(sign for sign in request.headers.get("user-agent", "") if sign.isprintable())
    return Caller(_address(request), device[:LONGEST_DEVICE])


def device_in_short(device: str) -> str:
    """Chrome · Windows."""
    found = [next((name for sign, name in signs.items() if sign in device), "") for signs in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, found)) or device[:30] or "未知设备"


def _address(request: Request) -> str:
    """The peer's. Behind a proxy on this machine (OA_PUBLIC_URL names it), what the proxy put last."""
    peer = request.client.host if request.client else ""
    if settings().public_url is None or not _is_address(peer) or not ip_address(peer).is_loopback:
        return peer[:64]
    told = ",".join(request.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
    return told if _is_address(told) else peer


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
