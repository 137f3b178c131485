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
from collections.abc import Sequence

from models.settings import ROOT
from ops.reachable import free_port


def main(args: Sequence[str]) -> int:
    """Start an installation, measure it, print JSON, remove it. 0 when every figure could be taken."""
    parser = argparse.ArgumentParser("oa bench", description="测量性能，输出 JSON（用临时的平台，不动现有数据）")
    parser.add_argument("--waiting", type=int, default=1000, metavar="N", help="多少份等待中的申请（默认 1000）")
    waiting: int = parser.parse_args(args).waiting
    with tempfile.TemporaryDirectory(prefix="oa-bench-") as home:
        ports = {"OA_PORT": str(free_port()), "OA_PREFECT_PORT": str(free_port())}
        environment = os.environ | {"OA_HOME": home, "OA_ORG": ""} | ports
        environment = {name: value for name, value in environment.items() if value and name != "OA_DATABASE_URL"}
        oa = [sys.executable, "-m", "ops"]
        subprocess.run([*oa, "up", "--detach"], env=environment, cwd=ROOT, check=True, stdout=sys.stderr)
        try:
            measured = subprocess.run(
                [sys.executable, "-m", "ops.bench.measure", str(waiting)],
                env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
        finally:
            subprocess.run([*oa, "down"], env=environment, cwd=ROOT, check=True, stdout=sys.stderr)
    print(json.dumps(json.loads(measured.stdout), ensure_ascii=False, indent=2))
    return 0
