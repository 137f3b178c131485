"""Guards that plain constraints cannot be: append-only tables, the journal's chain, permitted moves of a request."""

from alembic import op

from models.holidays import shipped_days
from models.tables import calendar_table

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

GUARDS = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON journal FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON journal FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON sheet FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON rule_table FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER no_delete BEFORE DELETE ON decision FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE ON decision FOR EACH ROW
    WHEN ((OLD.work_item_id, OLD.request_id, OLD.seq, OLD.person, OLD.verdict, OLD.opinion, OLD.fields, OLD.names, OLD."to",
           OLD.decided_at) IS DISTINCT FROM
          (NEW.work_item_id, NEW.request_id, NEW.seq, NEW.person, NEW.verdict, NEW.opinion, NEW.fields, NEW.names, NEW."to",
           NEW.decided_at))
    EXECUTE FUNCTION refuse_change();

CREATE FUNCTION chain_journal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last journal%ROWTYPE;
BEGIN
    SELECT * INTO last FROM journal WHERE request_id = NEW.request_id ORDER BY seq DESC LIMIT 1;
    IF NEW.seq <> COALESCE(last.seq, 0) + 1 OR NEW.previous <> COALESCE(last.hash, '') THEN
        RAISE EXCEPTION 'journal entry % does not follow %', NEW.seq, COALESCE(last.seq, 0)
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER chain BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION chain_journal();

CREATE FUNCTION permit_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> OLD.number OR NEW.kind <> OLD.kind OR NEW.initiator <> OLD.initiator
       OR NEW.rule_version <> OLD.rule_version OR NEW.seq < OLD.seq
       OR (NEW.status <> OLD.status AND OLD.status <> 'open'
           AND NOT (OLD.status = 'approved' AND NEW.status = 'revoked')) THEN
        RAISE EXCEPTION 'request % may not move like that', OLD.number
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER permitted_move BEFORE UPDATE ON request FOR EACH ROW EXECUTE FUNCTION permit_move();
CREATE TRIGGER no_delete BEFORE DELETE ON request FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION file_when_finished() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.copy_kind = 'archive' AND EXISTS (SELECT FROM request WHERE id = NEW.request_id AND status = 'open') THEN
        RAISE EXCEPTION 'an unfinished request has no archive sheet' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER finished BEFORE INSERT ON sheet FOR EACH ROW EXECUTE FUNCTION file_when_finished();

-- The worker listens; NOTIFY is sent at the commit, never before.
CREATE FUNCTION ask_for_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('oa_wake', NEW.id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER wake AFTER UPDATE OF wake_seq ON request FOR EACH ROW
    WHEN (NEW.wake_seq > OLD.wake_seq) EXECUTE FUNCTION ask_for_wake();
"""


def upgrade() -> None:
    op.execute(GUARDS)
    op.bulk_insert(
        calendar_table.CalendarDay.__table__,
        [{"day": each.day, "works": each.works, "name": each.name} for each in shipped_days()],
    )
