"""`oa status`: what runs, with its process number; 0 when everything does."""

import argparse
from collections.abc import Sequence

from models.settings import settings
from ops.programs import programs
from ops.supervisor import Supervisor

WORDS = {
    "RUNNING": "运行",
    "STARTING": "启动中",
    "BACKOFF": "反复失败，重试中",
    "STOPPED": "停止",
    "STOPPING": "停止中",
}


def main(args: Sequence[str]) -> int:
    argparse.ArgumentParser("oa status", description="平台各程序的状态").parse_args(args)
    supervisor = Supervisor(settings())
    states, pids = supervisor.states(), supervisor.pids()
    if not states:
        print(f"平台没有运行 (数据文件夹 {settings().data})。")
        return 1
    for program in programs(settings()):
        state = states.get(program.name, "STOPPED")
        print(f"{program.name:<10}{WORDS.get(state, state):<10}{pids.get(program.name, ''):<10}{program.title}")
    print(f"地址 {settings().address}, 数据文件夹 {settings().data}, 日志在其中的 log/")
    return 0 if set(states.values()) <= {"RUNNING", "STARTING"} else 1
