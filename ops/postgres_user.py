"""PostgreSQL refuses to run as root, so root runs it as an operating-system user of its own."""

import os
import pwd
import subprocess
from pathlib import Path

from ops import home
from ops.refused import CannotDo

USER = "pgserver"
MAKE_USER = ["/usr/sbin/useradd", "--system", "--user-group", "--no-create-home", "--shell=/usr/sbin/nologin"]
# Lets the process pass folders closed to its user, e.g. a clone under /root. Docker grants dac_override by default,
# but not the weaker dac_read_search. Without no_setuid_fixup, access(2), with which initdb looks for its programs,
# would still say no.
PASS_CLOSED_FOLDERS = [
    "--securebits=+no_setuid_fixup",
    "--inh-caps=-all,+dac_override",
    "--ambient-caps=-all,+dac_override",
]


def owner() -> int | None:
    """User id that the database's folders belong to, made when missing; None: whoever runs us."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(USER).pw_uid
    except KeyError:
        made = subprocess.run([*MAKE_USER, USER], capture_output=True, text=True, check=False)
        try:  # made by us, or at the same moment by another installation
            return pwd.getpwnam(USER).pw_uid
        except KeyError:
            raise CannotDo(f"无法建立系统用户 {USER} 来运行 PostgreSQL: {made.stderr.strip()}") from None


def prefix(*, reads: Path, writes: Path) -> list[str]:
    """Words to put before a PostgreSQL command so that it runs as `owner()`; empty when that is ourselves.

    `reads` is a program and `writes` a folder it needs: only when its user cannot reach them does it get the
    capability to pass closed folders.
    """
    if owner() is None:
        return []
    become = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups"]
    look = ["test", "-x", str(reads), "-a", "-r", str(reads), "-a", "-w", str(writes)]
    reaches = subprocess.run([*become, *look], cwd="/", check=False).returncode == 0
    return become if reaches else [*become, *PASS_CLOSED_FOLDERS]


def own_folder(folder: Path) -> None:
    """Make a folder that only `owner()` and root can enter; refuse one of somebody else."""
    wanted = owner()
    home.closed_folder(folder, wanted, -1 if wanted is None else pwd.getpwuid(wanted).pw_gid)
