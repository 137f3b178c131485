"""Alembic's entry: run the migrations in one transaction on the database that `models.migrate` names."""

from alembic import context
from sqlmodel import create_engine

from models.tables import METADATA

url = context.config.attributes["dsn"].replace("postgresql://", "postgresql+psycopg://", 1)
engine = create_engine(url)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=METADATA)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
