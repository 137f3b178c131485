"""Bring a database to the newest schema (Alembic)."""

from pathlib import Path

from alembic import command
from alembic.config import Config


def configuration(dsn: str) -> Config:
    """Alembic's configuration for the database at this libpq URL; no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["dsn"] = dsn
    return config


def upgrade(dsn: str) -> None:
    """Apply the migrations that are missing; nothing happens when there are none."""
    command.upgrade(configuration(dsn), "head")
