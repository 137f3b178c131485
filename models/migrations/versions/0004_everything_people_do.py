"""Everything people do with a request: seats apart from holders, signers added, words taken back, delegations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
PARTS = ("host", "handler", "countersigner", "adviser", "initiator")
WORDS = {  # column: the words it may hold from now on
    ("route_step", "rule", "is_countersignrule"): ("all", "percent", "advisory", "any", "sequential"),
    ("work_item", "part", "is_part"): PARTS,
    ("work_item", "state", "is_itemstate"): ("open", "held", "decided", "superseded", "not_needed"),
    ("decision", "verdict", "is_verdict"): (
        "agree", "finish", "refuse", "return", "advise", "lapse", "carry", "withdraw",
    ),
}  # fmt: skip
GUARDS = """
DROP TRIGGER append_only ON decision;
CREATE TRIGGER append_only BEFORE UPDATE ON decision FOR EACH ROW
    WHEN ((OLD.work_item_id, OLD.request_id, OLD.seq, OLD.person, OLD.verdict, OLD.opinion, OLD.fields, OLD.names, OLD."to",
           OLD.straight, OLD.host, OLD.decided_at) IS DISTINCT FROM
          (NEW.work_item_id, NEW.request_id, NEW.seq, NEW.person, NEW.verdict, NEW.opinion, NEW.fields, NEW.names, NEW."to",
           NEW.straight, NEW.host, NEW.decided_at))
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON step_change FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON former_holder FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE OR REPLACE FUNCTION permit_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> OLD.number OR NEW.kind <> OLD.kind OR NEW.initiator <> OLD.initiator OR NEW.seq < OLD.seq
       OR (NEW.rule_version <> OLD.rule_version AND (OLD.status <> 'open' OR NEW.rule_version < OLD.rule_version))
       OR (NEW.status <> OLD.status AND OLD.status <> 'open'
           AND NOT (OLD.status = 'approved' AND NEW.status = 'revoked')) THEN
        RAISE EXCEPTION 'request % may not move like that', OLD.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""


def upgrade() -> None:
    for (table, column, name), words in WORDS.items():
        op.drop_constraint(name, table)
        op.create_check_constraint(name, table, sa.column(column).in_(words))
    _requests_and_routes()
    _items()
    _changes()
    op.create_table(
        "delegation",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("principal", sa.String(), sa.ForeignKey("person.account"), nullable=False, index=True),
        sa.Column("delegate", sa.String(), sa.ForeignKey("person.account"), nullable=False, index=True),
        sa.Column("kinds", JSONB(none_as_null=True)),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("opened_by", sa.String(), sa.ForeignKey("person.account"), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("request_id", sa.Uuid(), sa.ForeignKey("request.id")),
        sa.Column("begun_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.CheckConstraint("principal <> delegate", name="not_oneself"),
        sa.CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
    )
    op.execute(GUARDS)


def _requests_and_routes() -> None:
    _add("request", sa.Column("edition_start", sa.Integer(), nullable=False, server_default="1"))
    _add("route_step", sa.Column("percent", sa.Integer()))
    for name in ("early", "refusal_ends", "lapses", "asks_opinion"):
        _add("route_step", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    _add("route_step", sa.Column("choice", JSONB(none_as_null=True), nullable=False, server_default="[]"))
    _add("decision", sa.Column("straight", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("decision", sa.Column("host", sa.String(), sa.ForeignKey("person.account")))
    op.create_check_constraint("returns_go_straight", "decision", "verdict = 'return' OR NOT straight")


def _items() -> None:
    op.add_column("work_item", sa.Column("seat", sa.String(), sa.ForeignKey("person.account")))
    op.execute("UPDATE work_item SET seat = person")
    op.alter_column("work_item", "seat", nullable=False)
    op.add_column("work_item", sa.Column("acting_for", sa.String(), sa.ForeignKey("person.account")))
    op.drop_constraint("work_item_request_id_round_position_part_person_key", "work_item")
    op.create_unique_constraint(None, "work_item", ["request_id", "round", "position", "part", "seat"])
    op.drop_constraint("closed_has_time", "work_item")
    op.create_check_constraint(
        "closed_has_time", "work_item", "(state IN ('open', 'held')) = (closed_at IS NULL)"
    )
    _add("notice", sa.Column("asks_understood", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("notice", sa.Column("due_at", MOMENT))
    missing = sa.text("asks_understood AND processed_at IS NULL")
    op.create_index("to_be_understood", "notice", ["due_at"], postgresql_where=missing)
    op.create_table(
        "phrase",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account", sa.String(), sa.ForeignKey("person.account"), nullable=False),
        sa.Column("text", sa.String(200), nullable=False),
        sa.UniqueConstraint("account", "text"),
    )
    op.drop_constraint("notice_work_item_id_rung_channel_key", "notice")
    op.create_unique_constraint(None, "notice", ["work_item_id", "person", "seq", "channel"])


def _changes() -> None:
    op.create_table(
        "former_holder",
        sa.Column("work_item_id", sa.Uuid(), sa.ForeignKey("work_item.id"), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("request_id", sa.Uuid(), sa.ForeignKey("request.id"), nullable=False),
        sa.Column("person", sa.String(), sa.ForeignKey("person.account"), nullable=False, index=True),
    )
    op.create_table(
        "step_change",
        sa.Column("request_id", sa.Uuid(), primary_key=True),
        sa.Column("seq", sa.Integer(), primary_key=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("what", _words("is_change", "added", "removed", "taken_back"), nullable=False),
        sa.Column("part", _words("is_part", *PARTS), nullable=False),
        sa.Column("seat", sa.String(), sa.ForeignKey("person.account"), nullable=False),
        sa.Column("by_part", _words("is_part_by", *PARTS)),
        sa.Column("by_seat", sa.String(), sa.ForeignKey("person.account")),
        sa.Column("where", _words("is_where", "before", "beside", "after")),
        sa.ForeignKeyConstraint(
            ["request_id", "round", "position"], ["visit.request_id", "visit.round", "visit.position"]
        ),
        sa.CheckConstraint(
            "(what = 'added') = (by_part IS NOT NULL AND by_seat IS NOT NULL AND \"where\" IS NOT NULL)",
            name="added_by_someone",
        ),
    )


def _add(table: str, column: sa.Column) -> None:
    """A column whose default is only for the rows already there."""
    op.add_column(table, column)
    op.alter_column(table, column.name, server_default=None)


def _words(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)
