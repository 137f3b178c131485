"""`oa test`: every check and test; stops at the first stage that fails. Further words go to pytest."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from models.settings import ROOT

STAGES = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports",),
    ("pytest", "-q"),
)


def main(args: Sequence[str]) -> int:
    """0, or the exit code of the stage that failed."""
    programs = Path(sys.executable).parent
    others = {name: value for name, value in os.environ.items() if not name.startswith(("OA_", "PREFECT_"))}
    for stage in STAGES:
        command = [*stage, *(args if stage[0] == "pytest" else ())]
        print("+", *command, flush=True)
        code = subprocess.run([str(programs / command[0]), *command[1:]], cwd=ROOT, env=others, check=False).returncode
        if code:
            print(f"在这一步停下：{' '.join(command)}", file=sys.stderr)
            return code
    return 0
