"""The two databases: the record, and Prefect's own beside it in the same server."""

import time
from collections.abc import Callable

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from ops.refused import CannotDo

READY_SECONDS = 60


def prefect_database(dsn: str) -> str:
    """URL of Prefect's database beside the record's: `prefect` beside `oa`, else named after the record's."""
    record = make_url(dsn).database
    name = "prefect" if record in (None, "", "oa") else f"{record}_prefect"
    return _with_database(dsn, name)


def asyncpg_url(dsn: str) -> str:
    """A libpq URL as Prefect's SQLAlchemy wants it."""
    url = make_url(dsn).set(drivername="postgresql+asyncpg")
    query = {"ssl" if key == "sslmode" else key: value for key, value in url.query.items()}
    return url.set(query=query).render_as_string(hide_password=False)


def ensure_databases(dsn: str, *, alive: Callable[[], bool] = lambda: True, seconds: float = READY_SECONDS) -> None:
    """Wait until the server answers, then make the record's and Prefect's databases where missing.

    `alive` tells whether waiting has any sense; `seconds` is how long to wait at most.
    """
    end = time.monotonic() + seconds
    while (trouble := _missing_made(dsn)) is not None:
        if time.monotonic() > end or not alive():
            raise CannotDo(f"连不上数据库：{trouble}")
        time.sleep(0.05)


def _missing_made(dsn: str) -> str | None:
    """None when both databases are there; else why the server cannot be reached yet."""
    try:
        for url in (dsn, prefect_database(dsn)):
            _ensure(url)
    except psycopg.OperationalError as error:
        return str(error).strip()
    return None


def _ensure(url: str) -> None:
    name = make_url(url).database or "oa"
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        if f'"{name}" does not exist' not in str(error):
            raise
        _create(url, name)


def _create(url: str, name: str) -> None:
    keeper = _with_database(url, "postgres")
    try:
        with psycopg.connect(keeper, connect_timeout=5, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege:
        raise CannotDo(
            f"数据库 {name} 不存在，OA_DATABASE_URL 中的用户也无权建立。请管理员执行：CREATE DATABASE {name};"
        ) from None
    except psycopg.errors.DuplicateDatabase:
        return


def _with_database(dsn: str, name: str) -> str:
    """The same URL for another database. SQLAlchemy writes a blank in the query as +, which libpq takes literally."""
    start, mark, query = make_url(dsn).set(database=name).render_as_string(hide_password=False).partition("?")
    return start + mark + query.replace("+", "%20")
