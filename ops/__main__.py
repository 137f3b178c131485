"""The `oa` command. What a command needs is imported only when it runs, so that the rest starts at once."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

from ops.refused import CannotDo


@dataclass(frozen=True)
class Command:
    """One line of the help; the work is `function(arguments)` of a module, which returns the exit code."""

    usage: str
    says: str
    module: str
    function: str = "main"

    @property
    def work(self) -> Callable[[Sequence[str]], int]:
        work: Callable[[Sequence[str]], int] = getattr(import_module(self.module), self.function)
        return work


COMMANDS = {
    "up": Command("up [--detach]", "启动整个平台：数据库、Prefect、流程执行、网关；Ctrl-C 停止", "ops.up"),
    "down": Command("down", "停止在后台运行的平台", "ops.up", "down"),
    "status": Command("status", "平台各程序的状态", "ops.status"),
    "demo": Command("demo", "演示：请假、用车、用印各走完一遍，直到流程单归档", "ops.demo"),
    "check": Command("check", "核对全部记录：办理记录链、编号、流程单、积压", "ops.check"),
    "verify": Command("verify [--heads FOLDER]", "核对记录和归档的文件有没有被改动，逐行指出", "ops.verify"),
    "bench": Command("bench", "测量性能，输出 JSON", "ops.bench"),
    "org-import": Command("org-import FILE", "从人员表（CSV 或 XLSX）导入组织机构", "ops.people"),
    "token": Command("token ACCOUNT", "为程序签发访问令牌（30 天有效）", "ops.token"),
    "password": Command("password ACCOUNT", "设置某人的登录密码", "ops.password"),
    "second-factor": Command(
        "second-factor ACCOUNT", "某人是否绑定了动态口令；--remove 移除（手机丢失时）", "ops.second_factor"
    ),
    "log-out": Command("log-out ACCOUNT", "结束某人的全部登录和令牌；--all 所有人", "ops.log_out"),
    "test": Command(
        "test [--long]", "检查与测试：ruff、mypy、import-linter、pytest；--long 多走几千种流程", "ops.testing"
    ),
    "help": Command("help", "显示本说明", "ops.__main__", "usage"),
}


def usage(_args: Sequence[str]) -> int:
    width = max(len(command.usage) for command in COMMANDS.values())
    lines = [f"  ./oa {command.usage:<{width}}  {command.says}" for command in COMMANDS.values()]
    print("办公审批（OA）。命令：", *lines, "命令后加 -h 看它的参数。设置见 README 的环境变量表。", sep="\n")
    return 0


def main(words: Sequence[str]) -> int:
    """Run one command; 0 when it succeeded, 1 when it could not, 2 when there is no such command."""
    name, *args = words or ["help"]
    command = COMMANDS.get({"-h": "help", "--help": "help"}.get(name, name))
    if command is None:
        print(f"没有命令「{name}」。./oa help 列出全部命令。", file=sys.stderr)
        return 2
    try:
        return command.work(args)
    except CannotDo as cannot:
        print(cannot, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
