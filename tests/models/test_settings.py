"""Settings that are wrong: the program ends and says which variable, what it was, and why."""

import pytest

from models.settings import Settings, settings


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("OA_MARGINS", "5 5 5 5", "OA_MARGINS（现为「5 5 5 5」）：上边距至少 30 毫米"),
        ("OA_FONT", 'x"; } body { display: none', "OA_FONT（现为「x"),
        ("OA_FONT", "", "OA_FONT（现为「」）：应为一种字体的名称"),
        ("OA_PORT", "八零八零", "OA_PORT（现为「八零八零」）"),
    ],
)
def test_a_wrong_setting_ends_the_program_with_its_name(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, told: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SystemExit, match="设置有误，请改正后再启动") as ended:
        settings.__wrapped__()
    assert told in str(ended.value)


@pytest.mark.parametrize("name", ["仿宋", "仿宋_GB2312", "AR PL UMing CN", "FZFangSong-Z02"])
def test_a_face_may_be_named_in_chinese_or_english(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("OA_FONT", name)
    assert Settings().font == name
