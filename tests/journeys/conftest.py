"""One installation for all journeys, with a record of its own: what other tests leave on record would wake too."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import make_url

from models.database import engine, transaction
from models.migrate import upgrade
from models.settings import settings
from ops.databases import ensure_databases
from ops.fleet import load_fleet
from ops.home import prepare
from ops.people import SAMPLE, load_organisation
from tests.journeys.browsing import Desk
from tests.journeys.post import HOST, PostOffice
from tests.journeys.stack import Stack, free_port


@pytest.fixture(scope="session")
def post_office() -> Iterator[PostOffice]:
    """Where the installation's mail goes; open, until a test closes it."""
    office = PostOffice(free_port())
    office.open()
    yield office
    office.close()


@pytest.fixture(scope="session")
def installation(database: str, post_office: PostOffice, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Prefect server, gateway and worker, running; stopped at the end."""
    home = tmp_path_factory.mktemp("installation")
    prepare(home)
    stack = Stack(
        {
            "OA_HOME": str(home),
            "OA_DATABASE_URL": make_url(database).set(database="journeys").render_as_string(hide_password=False),
            "OA_PORT": str(free_port()),
            "OA_PREFECT_PORT": str(free_port()),
            "OA_SMTP_HOST": HOST,
            "OA_SMTP_PORT": str(post_office.port),
            "OA_FONDS": "Z109",
        }
    )
    ensure_databases(stack.settings.dsn)
    stack.start("prefect")
    try:
        upgrade(stack.settings.dsn)
        with pytest.MonkeyPatch.context() as patch:
            inside(stack, patch)
            with transaction() as session:
                load_organisation(session, SAMPLE)
                load_fleet(session, SAMPLE.parent)
            outside()
        stack.start("gateway", "worker")
        stack.ready()
        yield stack
    finally:
        stack.close()


@pytest.fixture
def stack(installation: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    """The installation, and this process looking into its record."""
    inside(installation, monkeypatch)
    yield installation
    outside()


@pytest.fixture(autouse=True)
def _stack(stack: Stack) -> None:
    """Every journey has the installation."""


@pytest.fixture
def home(stack: Stack) -> Path:
    return stack.settings.data


def inside(stack: Stack, patch: pytest.MonkeyPatch) -> None:
    """Settings and record of the installation, for this process."""
    _forget()
    for name, value in stack.variables.items():
        patch.setenv(name, value)


def outside() -> None:
    _forget()


def _forget() -> None:
    if engine.cache_info().currsize:
        engine().dispose()
    engine.cache_clear()
    settings.cache_clear()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; one for all of this file. (While it is there, no other event loop can run in this thread.)"""
    program = shutil.which("chromium")
    assert program, "./oa test installs it: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def desk(browser: Browser, home: Path) -> Desk:
    return Desk(browser, home / "screenshots")
