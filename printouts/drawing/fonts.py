"""Whether the faces that sheets are drawn in are on this machine."""

import subprocess

from models.settings import FREE_FONT, settings


def lacking() -> list[str]:
    """What to tell whoever runs the installation: a line for each face that is not there."""
    told, found = [], installed()
    if settings().font.casefold() not in found:
        told.append(f"没有找到字体「{settings().font}」（OA_FONT），流程单改用 {FREE_FONT}；装好字体后重新启动即可。")
    if FREE_FONT.casefold() not in found:
        told.append(f"没有找到字体 {FREE_FONT}，流程单会缺字。请安装：apt-get install fonts-noto-cjk")
    return told


def installed() -> set[str]:
    """The names of all faces that fontconfig knows, in small letters; none if its programs are not there."""
    listing = ["fc-list", "--format", "%{family}\n"]
    try:
        done = subprocess.run(listing, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return set()
    return {name.casefold() for line in done.stdout.splitlines() for name in line.split(",")}
