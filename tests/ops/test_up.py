"""What `oa up` writes and refuses; that it starts and stops everything is shown by the journeys."""

import configparser
import socket
from pathlib import Path

import pytest

from models.settings import Settings
from ops import home
from ops.bring_up import check_ports
from ops.environment import environment
from ops.programs import configuration, programs
from ops.refused import CannotDo


@pytest.fixture
def installation(tmp_path: Path) -> Settings:
    home.prepare(tmp_path)
    return Settings(home=tmp_path, database_url="postgresql://oa:p%40ss@db.example/oa", port=8081, prefect_port=4201)


def test_secrets_are_for_the_owner_alone(installation: Settings) -> None:
    credential = installation.data / "run" / "prefect_auth"
    assert credential.stat().st_mode & 0o777 == 0o600
    assert credential.parent.stat().st_mode & 0o777 == 0o700


def test_a_second_start_keeps_the_credential(installation: Settings) -> None:
    before = installation.prefect_auth
    home.prepare(installation.data)
    assert installation.prefect_auth == before


def test_the_credential_goes_by_the_environment_and_is_on_no_command_line(installation: Settings) -> None:
    written = configuration(programs(installation), Path("/run/x.sock"))
    assert installation.prefect_auth not in written
    assert environment(installation)["PREFECT_SERVER_API_AUTH_STRING"] == installation.prefect_auth


def test_prefect_lives_in_its_own_database_and_folder(installation: Settings) -> None:
    made = environment(installation)
    assert made["PREFECT_API_DATABASE_CONNECTION_URL"] == "postgresql+asyncpg://oa:p%40ss@db.example/prefect"
    assert made["PREFECT_HOME"].startswith(str(installation.data))


def test_prefect_settings_of_who_starts_us_do_not_leak_in(
    installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_KEY", "theirs")
    assert "PREFECT_API_KEY" not in environment(installation)


def test_all_prefect_settings_exist_in_this_prefect(installation: Settings) -> None:
    from prefect.settings.models.root import Settings as PrefectSettings

    names = {name.lower() for name in _names(PrefectSettings, "prefect_")}
    used = {name.lower() for name in environment(installation) if name.startswith("PREFECT_")}
    assert used <= names


def test_what_nobody_waits_for_is_nice_and_all_die_with_the_supervisor(installation: Settings) -> None:
    lines = {each.name: each.line for each in programs(installation)}
    assert lines.keys() == {"prefect", "gateway", "worker"}  # the database is somebody else's here
    assert lines["prefect"].startswith("nice ")
    assert lines["gateway"].startswith("setpriv --pdeathsig=KILL ")


def test_the_configuration_restarts_everything_and_has_a_log_each(installation: Settings) -> None:
    read = configparser.RawConfigParser()
    read.read_string(configuration(programs(installation), Path("/run/x.sock")))
    sections = [read[each] for each in read.sections() if each.startswith("program:")]
    assert {each["autorestart"] for each in sections} == {"true"}
    assert len({each["stdout_logfile"] for each in sections}) == len(sections)


def test_a_taken_port_is_named_with_the_variable_to_set(
    installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.bring_up.PORT_SECONDS", 0)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotDo, match=f"端口 {port} .*OA_PREFECT_PORT"):
            check_ports(installation.model_copy(update={"prefect_port": port}))


def _names(model: object, prefix: str) -> list[str]:
    """Every environment variable of Prefect's settings, aliases included."""
    found: list[str] = []
    for name, field in model.model_fields.items():  # type: ignore[attr-defined]
        inner = field.annotation
        if hasattr(inner, "model_fields"):
            found += _names(inner, inner.model_config.get("env_prefix", prefix))
        aliases = getattr(field.validation_alias, "choices", ())
        found += [prefix + name, *(each for each in aliases if isinstance(each, str))]
    return found
