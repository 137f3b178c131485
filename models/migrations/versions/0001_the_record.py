"""The record: all tables."""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('calendar_day',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('works', sa.Boolean(), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.PrimaryKeyConstraint('day')
    )
    op.create_table('car',
    sa.Column('no', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('plate', sa.String(length=16), nullable=False),
    sa.Column('vehicle_type', sa.String(length=16), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('inspection_until', sa.Date(), nullable=False),
    sa.Column('insurance_until', sa.Date(), nullable=False),
    sa.PrimaryKeyConstraint('no'),
    sa.UniqueConstraint('plate')
    )
    op.create_table('counter',
    sa.Column('prefix', sa.String(length=8), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('prefix', 'year')
    )
    op.create_table('person',
    sa.Column('account', sa.String(length=32), nullable=False),
    sa.Column('no', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('name', sa.String(length=50), nullable=False),
    sa.Column('department', sa.String(length=100), nullable=False),
    sa.Column('post', sa.String(length=50), nullable=False),
    sa.Column('rank', sa.String(length=50), nullable=False),
    sa.Column('phone', sa.String(length=32), nullable=False),
    sa.Column('email', sa.String(length=200), nullable=False),
    sa.Column('staff_type', sa.String(length=20), nullable=False),
    sa.Column('state', sa.Enum('在岗', '离岗', '产假', '退休', '离职', name='is_staffstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('password_hash', sa.String(), nullable=True),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('account'),
    sa.UniqueConstraint('no')
    )
    op.create_index(op.f('ix_person_department'), 'person', ['department'], unique=False)
    op.create_table('department',
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('parent', sa.String(length=100), nullable=True),
    sa.Column('head', sa.String(length=100), nullable=True),
    sa.Column('vice', sa.String(length=100), nullable=True),
    sa.ForeignKeyConstraint(['head'], ['person.account'], initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['parent'], ['department.name'], initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['vice'], ['person.account'], initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('name')
    )
    op.create_table('driver',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('licence_until', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['account'], ['person.account'], ),
    sa.PrimaryKeyConstraint('account')
    )
    op.create_table('leave_entitlement',
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('leave_type', sa.String(length=16), nullable=False),
    sa.Column('days', sa.Numeric(), nullable=False),
    sa.ForeignKeyConstraint(['account'], ['person.account'], ),
    sa.PrimaryKeyConstraint('account', 'year', 'leave_type')
    )
    op.create_table('log_in',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('account', sa.String(), nullable=False),
    sa.Column('csrf', sa.String(length=64), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account'], ['person.account'], ),
    sa.PrimaryKeyConstraint('token_hash')
    )
    op.create_index(op.f('ix_log_in_account'), 'log_in', ['account'], unique=False)
    op.create_table('rule_table',
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('rules', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('valid_from', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['made_by'], ['person.account'], ),
    sa.PrimaryKeyConstraint('kind', 'version')
    )
    op.create_table('request',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('prefix', sa.String(length=8), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('serial', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('rule_version', sa.Integer(), nullable=False),
    sa.Column('initiator', sa.String(), nullable=False),
    sa.Column('department', sa.String(length=100), nullable=False),
    sa.Column('form', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('facts', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('readers', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('status', sa.Enum('open', 'approved', 'refused', 'withdrawn', 'revoked', name='is_status', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('idempotency_key', sa.String(length=100), nullable=True),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('edition_round', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=True),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('head', sa.String(length=64), nullable=False),
    sa.Column('wake_seq', sa.Integer(), nullable=False),
    sa.Column('carried_seq', sa.Integer(), nullable=False),
    sa.Column('flow_run_id', sa.Uuid(), nullable=True),
    sa.CheckConstraint("(status = 'open') = (finished_at IS NULL)", name='finished_has_time'),
    sa.CheckConstraint("number = prefix || '-' || year || '-' || lpad(serial::text, 6, '0')", name='number_form'),
    sa.CheckConstraint('carried_seq <= seq AND wake_seq <= seq', name='carried_only_what_is'),
    sa.ForeignKeyConstraint(['initiator'], ['person.account'], ),
    sa.ForeignKeyConstraint(['kind', 'rule_version'], ['rule_table.kind', 'rule_table.version'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('initiator', 'idempotency_key'),
    sa.UniqueConstraint('number'),
    sa.UniqueConstraint('prefix', 'year', 'serial')
    )
    op.create_index(op.f('ix_request_initiator'), 'request', ['initiator'], unique=False)
    op.create_index(op.f('ix_request_kind'), 'request', ['kind'], unique=False)
    op.create_index('request_to_wake', 'request', ['id'], unique=False, postgresql_where=sa.text('wake_seq > carried_seq'))
    op.create_table('attachment',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['owner'], ['person.account'], ),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index(op.f('ix_attachment_owner'), 'attachment', ['owner'], unique=False)
    op.create_index(op.f('ix_attachment_request_id'), 'attachment', ['request_id'], unique=False)
    op.create_table('booking',
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('car_no', sa.BigInteger(), nullable=False),
    sa.Column('driver_no', sa.BigInteger(), nullable=False),
    sa.Column('during', postgresql.TSTZRANGE(), nullable=False),
    sa.Column('odometer_start', sa.Integer(), nullable=True),
    sa.Column('odometer_end', sa.Integer(), nullable=True),
    sa.Column('returned_at', sa.DateTime(timezone=True), nullable=True),
    postgresql.ExcludeConstraint((sa.text("int8range(car_no, car_no, '[]')"), '&&'), (sa.column('during'), '&&'), using='gist', name='car_booked'),
    postgresql.ExcludeConstraint((sa.text("int8range(driver_no, driver_no, '[]')"), '&&'), (sa.column('during'), '&&'), using='gist', name='driver_booked'),
    sa.ForeignKeyConstraint(['car_no'], ['car.no'], ),
    sa.ForeignKeyConstraint(['driver_no'], ['person.no'], ),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], ),
    sa.PrimaryKeyConstraint('request_id')
    )
    op.create_table('incident',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=True),
    sa.Column('what', sa.String(length=32), nullable=False),
    sa.Column('detail', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('one_open_incident', 'incident', ['subject', 'what'], unique=True, postgresql_where=sa.text('closed_at IS NULL'))
    op.create_table('journal',
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('actor', sa.String(length=32), nullable=True),
    sa.Column('act', sa.String(length=32), nullable=False),
    sa.Column('detail', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('previous', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], ),
    sa.PrimaryKeyConstraint('request_id', 'seq')
    )
    op.create_table('leave_span',
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('person_no', sa.BigInteger(), nullable=False),
    sa.Column('leave_type', sa.String(length=16), nullable=False),
    sa.Column('during', postgresql.TSTZRANGE(), nullable=False),
    sa.Column('days', sa.Numeric(), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    postgresql.ExcludeConstraint((sa.text("int8range(person_no, person_no, '[]')"), '&&'), (sa.column('during'), '&&'), using='gist', name='leave_overlaps'),
    sa.ForeignKeyConstraint(['person_no'], ['person.no'], ),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], ),
    sa.PrimaryKeyConstraint('request_id')
    )
    op.create_table('route_step',
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(length=50), nullable=False),
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('handlers', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('handlers_by', sa.String(length=32), nullable=True),
    sa.Column('countersigners', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('rule', sa.Enum('all', 'advisory', name='is_countersignrule', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('deadline_hours', sa.Integer(), nullable=False),
    sa.Column('fields', sa.String(length=32), nullable=True),
    sa.Column('may_finish', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['host'], ['person.account'], ),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], ),
    sa.PrimaryKeyConstraint('request_id', 'edition', 'position')
    )
    op.create_table('seal_use',
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('seal', sa.String(length=32), nullable=False),
    sa.Column('document_title', sa.String(length=200), nullable=False),
    sa.Column('stamps_granted', sa.Integer(), nullable=False),
    sa.Column('stamps_used', sa.Integer(), nullable=False),
    sa.Column('stamps_spoiled', sa.Integer(), nullable=False),
    sa.Column('stamped_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('collected_by', sa.String(length=50), nullable=False),
    sa.Column('out_until', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('stamps_used <= stamps_granted', name='not_more_than_granted'),
    sa.CheckConstraint('stamps_used >= 0 AND stamps_spoiled >= 0', name='counts_are_counts'),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], ),
    sa.PrimaryKeyConstraint('request_id')
    )
    op.create_index(op.f('ix_seal_use_seal'), 'seal_use', ['seal'], unique=False)
    op.create_table('sheet',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('copy_kind', sa.String(length=16), nullable=False),
    sa.Column('path', sa.String(length=300), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('pages', sa.Integer(), nullable=False),
    sa.Column('filed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(sha256) = 64', name='sha256_form'),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('request_id', 'copy_kind')
    )
    op.create_table('visit',
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('edition', sa.Integer(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('carried_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], ),
    sa.PrimaryKeyConstraint('request_id', 'round', 'position')
    )
    op.create_index('one_open_visit', 'visit', ['request_id'], unique=True, postgresql_where=sa.text('closed_at IS NULL'))
    op.create_table('work_item',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('part', sa.Enum('host', 'handler', 'countersigner', 'initiator', name='is_part', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('state', sa.Enum('open', 'decided', 'superseded', 'not_needed', name='is_itemstate', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('carried_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name='closed_has_time'),
    sa.ForeignKeyConstraint(['person'], ['person.account'], ),
    sa.ForeignKeyConstraint(['request_id', 'round', 'position'], ['visit.request_id', 'visit.round', 'visit.position'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('id', 'person'),
    sa.UniqueConstraint('request_id', 'round', 'position', 'part', 'person')
    )
    op.create_index('advisory_due', 'work_item', ['due_at'], unique=False, postgresql_where=sa.text("state = 'open'"))
    op.create_index('inbox', 'work_item', ['person'], unique=False, postgresql_where=sa.text("state = 'open'"))
    op.create_table('decision',
    sa.Column('work_item_id', sa.Uuid(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('verdict', sa.Enum('agree', 'finish', 'refuse', 'return', 'lapse', 'withdraw', name='is_verdict', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('opinion', sa.String(length=2000), nullable=False),
    sa.Column('fields', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('names', postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
    sa.Column('to', sa.Integer(), nullable=True),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('carried_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("verdict <> 'refuse' OR opinion <> ''", name='refusal_has_opinion'),
    sa.CheckConstraint('(verdict = \'return\') = ("to" IS NOT NULL)', name='return_has_target'),
    sa.ForeignKeyConstraint(['person'], ['person.account'], ),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], ),
    sa.ForeignKeyConstraint(['work_item_id', 'person'], ['work_item.id', 'work_item.person'], ),
    sa.PrimaryKeyConstraint('work_item_id'),
    sa.UniqueConstraint('request_id', 'seq')
    )
    op.create_table('notice',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('request_id', sa.Uuid(), nullable=False),
    sa.Column('work_item_id', sa.Uuid(), nullable=True),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('topic', sa.Enum('work', 'reminder', 'outcome', 'reading', 'told', name='is_topic', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('rung', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('ding', sa.Boolean(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('delivery', sa.Enum('sending', 'delivered', 'failed', 'overtaken', name='is_delivery', native_enum=False, create_constraint=True, length=32), nullable=False),
    sa.Column('tries', sa.Integer(), nullable=False),
    sa.Column('delivered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confirmed_by', sa.String(length=32), nullable=True),
    sa.Column('processed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('processed_by', sa.String(length=32), nullable=True),
    sa.CheckConstraint("(delivery = 'delivered') = (delivered_at IS NOT NULL)", name='delivered_has_time'),
    sa.CheckConstraint('(confirmed_at IS NULL) = (confirmed_by IS NULL)', name='confirmed_by_act'),
    sa.CheckConstraint('(processed_at IS NULL) = (processed_by IS NULL)', name='processed_by_act'),
    sa.ForeignKeyConstraint(['person'], ['person.account'], ),
    sa.ForeignKeyConstraint(['request_id'], ['request.id'], ),
    sa.ForeignKeyConstraint(['work_item_id'], ['work_item.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('work_item_id', 'rung', 'channel')
    )
    op.create_index('notice_of_person', 'notice', ['person'], unique=False)
    op.create_index('notice_to_send', 'notice', ['request_id'], unique=False, postgresql_where=sa.text("delivery IN ('sending', 'failed')"))
    op.create_index('told_once', 'notice', ['request_id', 'person', 'topic', 'seq', 'channel'], unique=True, postgresql_where=sa.text('work_item_id IS NULL'))
    op.create_table('reminder',
    sa.Column('work_item_id', sa.Uuid(), nullable=False),
    sa.Column('rung', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['work_item_id'], ['work_item.id'], ),
    sa.PrimaryKeyConstraint('work_item_id')
    )
    op.create_index('reminder_due', 'reminder', ['due_at'], unique=False)
    op.create_foreign_key(
        'refers_to_department', 'person', 'department', ['department'], ['name'], deferrable=True, initially='DEFERRED'
    )
