"""`oa test`: every check and test; stops at the first stage that fails. Further words go to pytest.

`--long` takes many more random walks, other ones each time: through the rules (tests/models/test_next_stop_walks.py),
and through the engine on the record (tests/flows/test_engine_walks.py).
"""

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
LONG = "--long"


def environment(args: Sequence[str]) -> dict[str, str]:
    """What the stages see: nothing of an installation that runs here; OA_TEST_LONG when many walks are asked for."""
    others = {name: value for name, value in os.environ.items() if not name.startswith(("OA_", "PREFECT_"))}
    return others | ({"OA_TEST_LONG": "1"} if LONG in args else {})


def main(args: Sequence[str]) -> int:
    """0, or the exit code of the stage that failed."""
    programs = Path(sys.executable).parent
    words = [word for word in args if word != LONG]
    others = environment(args)
    for stage in STAGES:
        command = [*stage, *(words if stage[0] == "pytest" else ())]
        print("+", *command, flush=True)
        code = subprocess.run([str(programs / command[0]), *command[1:]], cwd=ROOT, env=others, check=False).returncode
        if code:
            print(f"在这一步停下：{' '.join(command)}", file=sys.stderr)
            return code
    return 0
