"""The migrations and the models say the same."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import Session

from models.tables import METADATA


def test_the_migrated_database_is_what_the_models_say(session: Session) -> None:
    assert compare_metadata(MigrationContext.configure(session.connection()), METADATA) == []
