"""Paper: check codes and signatures of sheets, numbered copies, what was checked off as filed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
APPEND_ONLY = ("signature", "printed_copy", "archive_entry")


def upgrade() -> None:
    # sheets are append-only: those filed before get their code as the column comes
    op.execute(
        "ALTER TABLE sheet ADD COLUMN code varchar(12) NOT NULL"
        " DEFAULT upper(substr(replace(gen_random_uuid()::text, '-', ''), 1, 12))"
    )
    op.execute("ALTER TABLE sheet ALTER COLUMN code DROP DEFAULT")
    op.create_unique_constraint("sheet_code_key", "sheet", ["code"])
    op.create_check_constraint("code_form", "sheet", "code ~ '^[0123456789ABCDEFGHJKMNPQRSTVWXYZ]{12}$'")
    op.create_table(
        "signature",
        sa.Column("sheet_id", sa.Uuid(), sa.ForeignKey("sheet.id"), primary_key=True),
        sa.Column("path", sa.String(300), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("certificate", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("timestamped", sa.Boolean(), nullable=False),
        sa.Column("signed_at", MOMENT, nullable=False),
        sa.CheckConstraint("length(sha256) = 64 AND length(certificate) = 64", name="signed_by_hashes"),
    )
    layout = sa.Enum("full", "brief", "form", name="is_layout", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "printed_copy",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("sheet_id", sa.Uuid(), sa.ForeignKey("sheet.id"), nullable=False),
        sa.Column("copy_no", sa.Integer(), nullable=False),
        sa.Column("layout", layout, nullable=False),
        sa.Column("bound", sa.Boolean(), nullable=False),
        sa.Column("printed_by", sa.String(), sa.ForeignKey("person.account"), nullable=False),
        sa.Column("printed_at", MOMENT, nullable=False),
        sa.UniqueConstraint("sheet_id", "copy_no"),
        sa.CheckConstraint("copy_no > 0", name="counts_from_one"),
    )
    op.create_table(
        "print_choice",
        sa.Column("account", sa.String(), sa.ForeignKey("person.account"), primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("layout", layout, nullable=False),
        sa.Column("bound", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "archive_entry",
        sa.Column("sheet_id", sa.Uuid(), sa.ForeignKey("sheet.id"), primary_key=True),
        sa.Column("fonds", sa.String(16), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(100), nullable=False),
        sa.Column("retention", sa.String(4), nullable=False),
        sa.Column("item_no", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("filed_by", sa.String(), sa.ForeignKey("person.account"), nullable=False),
        sa.Column("filed_at", MOMENT, nullable=False),
        sa.UniqueConstraint("fonds", "year", "department", "retention", "item_no"),
        sa.CheckConstraint("item_no > 0", name="items_count_from_one"),
        sa.CheckConstraint("retention ~ '^(Y|D[1-9][0-9]{0,2})$'", name="retention_form"),
    )
    op.create_table(
        "sheet_check",
        sa.Column("no", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("checks_of_number", "sheet_check", ["number", "at"])
    op.create_index("checks_from_address", "sheet_check", ["address", "at"])
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
