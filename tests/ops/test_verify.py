"""`oa verify` at the terminal: a line for each finding, a line that sums up, and the exit code."""

import json
from pathlib import Path

import pytest

from models.settings import settings
from ops import verify
from ops.__main__ import main
from ops.refused import CannotDo
from tests.ops.evidence import Office

Printed = pytest.CaptureFixture[str]


@pytest.mark.usefixtures("office")
def test_a_sound_record_is_summed_up_in_one_line(capsys: Printed) -> None:
    assert verify.main([]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("核对了 8 件申请、75 条办理记录、8 份流程单、8 个签名、1 个附件，用时 ")
    assert line.endswith("秒：没有发现改动。")


@pytest.fixture
def damaged(office: Office, papers: None) -> str:  # noqa: ARG001 - put back afterwards
    """The number of a request whose attachment was overwritten."""
    (file,) = (path for path in (office.home / "files").rglob("*") if path.is_file())
    file.unlink()
    file.write_bytes(b"something else")
    return office.numbers["contract"]


def test_a_finding_is_told_with_table_row_and_what_to_do(capsys: Printed, damaged: str) -> None:
    assert verify.main([]) == 1
    line, summary = capsys.readouterr().out.splitlines()
    assert line.startswith(f"✗ attachment {damaged} id=")
    assert line.endswith("请从备份恢复这个附件，再核对一次。")
    assert summary.endswith("秒：1 处不符。")


def test_programs_get_an_object_a_line(capsys: Printed, damaged: str) -> None:
    assert verify.main(["--json"]) == 1
    finding, summary = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (finding["table"], finding["harmless"]) == ("attachment", False)
    assert finding["row"].startswith(damaged)
    assert (summary["bad"], summary["looked_at"]["requests"]) == (1, 8)


@pytest.mark.usefixtures("office")
def test_a_folder_of_heads_that_is_away_is_told(capsys: Printed, tmp_path: Path) -> None:
    with pytest.raises(CannotDo, match="没有文件夹"):
        verify.main(["--heads", str(tmp_path / "nowhere")])
    assert main(["verify", "--heads", str(tmp_path / "nowhere")]) == 1
    assert "请挂载它" in capsys.readouterr().err


@pytest.mark.usefixtures("office")
def test_the_heads_are_looked_for_where_they_are_brought(
    capsys: Printed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "heads-2026-11-20.csv").write_text("what,subject,count,hash\nchain,QJ-2026-000099,3,0\n")
    monkeypatch.setattr(settings(), "heads_folder", tmp_path)
    assert verify.main([]) == 1
    assert "✗ request QJ-2026-000099：缺失" in capsys.readouterr().out
