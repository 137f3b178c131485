"""`oa test`: what its stages see of the surroundings."""

import pytest

from ops.testing import environment


def test_an_installation_that_runs_here_does_not_show_in_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OA_PORT", "8080")
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    assert not [name for name in environment([]) if name.startswith(("OA_", "PREFECT_"))]


@pytest.mark.parametrize(("words", "many"), [(["--long"], True), (["-x", "--long"], True), ([], False)])
def test_many_walks_are_taken_only_when_asked_for(words: list[str], many: bool) -> None:
    assert ("OA_TEST_LONG" in environment(words)) is many
