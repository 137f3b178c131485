"""One door: what a log-in still lacks, second factors, failed tries, the security log, grants; drafts and jobs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
GUARDS = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON security_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON security_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    op.add_column("log_in", sa.Column("id", sa.Uuid(), nullable=False, server_default=sa.text("gen_random_uuid()")))
    op.add_column("log_in", sa.Column("pending", sa.String(32)))
    op.add_column("log_in", sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("log_in", sa.Column("address", sa.String(64), nullable=False, server_default=""))
    op.add_column("log_in", sa.Column("device", sa.String(200), nullable=False, server_default=""))
    op.add_column("log_in", sa.Column("proved_at", MOMENT))
    for name in ("id", "shared", "address", "device"):  # only those already there needed one
        op.alter_column("log_in", name, server_default=None)
    op.create_unique_constraint("log_in_id_key", "log_in", ["id"])
    op.create_check_constraint("is_pending", "log_in", "pending IN ('code', 'enrol')")
    op.create_table(
        "second_factor",
        sa.Column("account", sa.String(), sa.ForeignKey("person.account"), primary_key=True),
        sa.Column("secret", sa.String(300), nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "failed_log_in",
        sa.Column("no", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("tries_of_account", "failed_log_in", ["account", "at"])
    op.create_index("tries_from_address", "failed_log_in", ["address", "at"])
    op.create_table(
        "security_event",
        sa.Column("no", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("account", sa.String(32)),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("detail", JSONB(none_as_null=True), nullable=False),
    )
    op.create_index("security_event_of", "security_event", ["account", "no"])
    op.create_table(
        "admin_grant",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account", sa.String(), sa.ForeignKey("person.account"), nullable=False),
        sa.Column("kind", sa.String(32)),
        sa.Column("department", sa.String(100), sa.ForeignKey("department.name")),
        sa.Column("granted_by", sa.String(), sa.ForeignKey("person.account"), nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
    )
    op.create_index("ix_admin_grant_account", "admin_grant", ["account"])
    op.create_table(
        "draft",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account", sa.String(), sa.ForeignKey("person.account"), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("typed", JSONB(none_as_null=True), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
    )
    op.create_index("ix_draft_account", "draft", ["account"])
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account", sa.String(), sa.ForeignKey("person.account"), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("told", JSONB(none_as_null=True), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
    )
    op.create_index("ix_job_account", "job", ["account"])
    op.execute(GUARDS)
