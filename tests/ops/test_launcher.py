"""The launcher on machines that lack something, each made of a copy of it and a PATH of our own."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from models.settings import ROOT

TOOLS = ("bash", "env", "dirname", "readlink", "cat", "sha256sum", "id", "tr", "grep", "flock", "rm", "mktemp", "tail")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A clone with an empty PATH but for the tools that every Debian has."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found is not None
        (tools / name).symlink_to(found)
    for name in ("oa", "uv.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def script(machine: Path, name: str, text: str) -> None:
    program = machine / "bin" / name
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)


def run(machine: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [machine / "oa", *words],
        env={"PATH": str(machine / "bin"), "HOME": str(machine)},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )


def everything_else(machine: Path, python: str = "exit 0") -> None:
    """Fonts, setpriv and a Python are there."""
    script(machine, "fc-list", "echo NotoSerifCJK-Regular.ttc")
    script(machine, "setpriv", "exit 0")
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        script(machine, name, python)


def stopped(machine: Path, *words: str, command: str = "help") -> None:
    """The launcher stops, and says these words."""
    done = run(machine, command)
    assert done.returncode == 1
    assert all(word in done.stderr for word in words), done.stderr


def test_a_machine_without_apt_is_told_what_to_install(machine: Path) -> None:
    everything_else(machine)
    script(machine, "fc-list", "exit 0")
    stopped(machine, "fonts-noto-cjk", "没有 apt-get")


def test_only_the_tests_need_a_browser_and_a_token(machine: Path) -> None:
    everything_else(machine)
    script(machine, "apt-get", "exit 1")
    stopped(machine, "安装系统组件：chromium softhsm2\n", command="test")
    assert "chromium" not in run(machine, "help").stderr
    script(machine, "chromium", "exit 0")
    stopped(machine, "安装系统组件：softhsm2\n", command="test")
    script(machine, "softhsm2-util", "exit 0")
    assert "softhsm2" not in run(machine, "test").stderr


def test_who_may_not_install_is_told_what_to_ask_for(machine: Path) -> None:
    everything_else(machine)
    script(machine, "fc-list", "exit 0")
    script(machine, "apt-get", "exit 0")
    (machine / "bin" / "id").unlink()
    script(machine, "id", "echo 1000")
    stopped(machine, "请管理员执行：apt-get install fonts-noto-cjk")


def test_a_package_that_cannot_be_had_stops_it_with_the_reason(machine: Path) -> None:
    everything_else(machine)
    script(machine, "fc-list", "exit 0")
    script(machine, "apt-get", "echo 'E: Unable to fetch some archives' >&2; exit 100")
    stopped(machine, "Unable to fetch", "安装失败")


def test_without_network_the_environment_is_refused_in_a_sentence(machine: Path) -> None:
    everything_else(machine)
    script(machine, "uv", '[ "$1" = --version ] || { echo "error: dns" >&2; exit 2; }')
    stopped(machine, "无法装齐 Python 软件包", "error: dns")


def test_the_second_time_nothing_is_done(machine: Path) -> None:
    everything_else(machine)
    script(machine, "uv", f'[ "$1" = --version ] || {{ echo sync >&2; {_makes_venv(machine)}; }}')
    assert "sync" in run(machine).stderr
    assert run(machine, "help", "a b").stderr == ""


def test_a_moved_clone_gets_a_new_environment(machine: Path) -> None:
    everything_else(machine)
    script(machine, "uv", f'[ "$1" = --version ] || {{ echo sync >&2; {_makes_venv(machine)}; }}')
    run(machine)
    stamp = machine / ".venv" / ".oa-ready"
    stamp.write_text(stamp.read_text().replace(str(machine), "/elsewhere"))
    (machine / ".venv" / "old").touch()
    assert "sync" in run(machine).stderr
    assert not (machine / ".venv" / "old").exists()


def test_words_reach_the_command_as_they_were(machine: Path) -> None:
    everything_else(machine)
    script(machine, "uv", f'[ "$1" = --version ] || {{ {_makes_venv(machine)}; }}')
    assert run(machine, "org-import", "人员 表.csv").stdout.splitlines() == [
        "-m",
        "ops",
        "org-import",
        "人员 表.csv",
        "/",
    ]


def _makes_venv(machine: Path) -> str:
    """Shell for a `uv sync` whose Python prints its arguments and the folder it was called in."""
    (machine / "python").write_text('#!/bin/sh\nprintf "%s\\n" "$@" "$PWD"\n')
    place = machine / ".venv" / "bin"
    return f"PATH={os.defpath}; mkdir -p {place}; cp {machine}/python {place}; chmod 755 {place}/python"
