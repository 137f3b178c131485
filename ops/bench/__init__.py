"""./oa bench: how fast the whole thing is, as JSON, measured from this process against an installation of its own.

The installation lies in a temporary folder on free ports and goes away afterwards: a thousand trial requests have no
place in a record that is kept. The floor, the same three inserts behind a bare endpoint, is measured in the same run.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from models.settings import ROOT, Settings
from ops.environment import environment
from ops.reachable import free_port


def main(args: Sequence[str]) -> int:
    """Start an installation, measure it, print JSON, remove it. 0 when every figure could be taken."""
    parser = argparse.ArgumentParser("oa bench", description="测量性能，输出 JSON（用临时的平台，不动现有数据）")
    parser.add_argument("--waiting", type=int, default=1000, metavar="N", help="多少份等待中的申请（默认 1000）")
    waiting: int = parser.parse_args(args).waiting
    with tempfile.TemporaryDirectory(prefix="oa-bench-") as home:
        own = Settings(home=Path(home), port=free_port(), prefect_port=free_port(), database_url=None, org=None)
        variables = {"OA_HOME": home, "OA_PORT": str(own.port), "OA_PREFECT_PORT": str(own.prefect_port)}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("OA_", "PREFECT_"))}
        with _installation(kept | variables):
            measured = subprocess.run(
                [sys.executable, "-m", "ops.bench.measure", str(waiting)],
                env=environment(own) | variables,
                cwd=ROOT,
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            )
    print(json.dumps(json.loads(measured.stdout), ensure_ascii=False, indent=2))
    return 0


@contextmanager
def _installation(variables: dict[str, str]) -> Iterator[None]:
    """It is up for the length of the block; what it says goes to standard error."""
    oa = [sys.executable, "-m", "ops"]
    subprocess.run([*oa, "up", "--detach"], env=variables, cwd=ROOT, check=True, stdout=sys.stderr)
    try:
        yield
    finally:
        subprocess.run([*oa, "down"], env=variables, cwd=ROOT, check=True, stdout=sys.stderr)
