"""The tables of the workspace: workspace, people, log, conversation, outbox. Declared once with
SQLModel. Knows no rule."""

from sqlalchemy import (
    DDL,
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    UniqueConstraint,
    event,
    text,
)
from sqlmodel import Field, SQLModel

from domain.json_values import Json, Values


def _big() -> "Column[int]":
    return Column(BigInteger, nullable=False)


def _json() -> "Column[Json]":
    return Column(JSON, nullable=False)


class Workspace(SQLModel, table=True):
    __tablename__ = "workspace"
    team: str = Field(primary_key=True)
    support_channel: str = ""
    admins_channel: str = ""
    retention_days: int = 30


class Partner(SQLModel, table=True):
    __tablename__ = "partner"
    id: str = Field(primary_key=True)
    team: str = Field(index=True)
    name: str
    partner_id: str = ""
    country: str = ""
    subdivision: str = ""
    timezone: str = "UTC"


class Tenant(SQLModel, table=True):
    """A tenant of a partner; `guid` is empty for a new one whose id nobody has told us yet."""

    __tablename__ = "tenant"
    __table_args__ = (Index("tenant_of_partner", "team", "partner"),)
    id: str = Field(primary_key=True)
    team: str
    partner: str
    guid: str = ""
    position: int = 0


class Person(SQLModel, table=True):
    """The personal fields stand here alone; every other table knows a person by the random id.
    `roles`: names between blanks.

    `timezone`, `slack_admin` are Slack's word; `home_at`: when she last opened App Home;
    `checked_at`: when Slack last said who this account is.
    """

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("team", "slack"),
        Index("person_roles", "team", "roles"),
        Index("person_home", "team", "home_at"),
    )
    id: str = Field(primary_key=True)
    team: str
    slack: str
    name: str = ""
    partner: str = ""
    roles: str = ""
    live: bool = True
    kind: str = "member"
    dm: str = ""
    timezone: str = ""
    slack_admin: bool = False
    home_at: int = Field(default=0, sa_column=_big())
    checked_at: int = Field(default=0, sa_column=_big())


class Lifecycle(SQLModel, table=True):
    """Where one subject stands on one machine: the fold of the audit log, kept for look-up."""

    __tablename__ = "lifecycle"
    __table_args__ = (
        Index("lifecycle_counts", "team", "machine", "partner", "state", "day", "subject"),
    )
    team: str = Field(primary_key=True)
    machine: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    partner: str = ""
    state: str
    day: str = ""
    seq: int = 0


class Approval(SQLModel, table=True):
    """Who asked whom for what. The state stands in Lifecycle; two different people is also the
    database's rule."""

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint(
            "decided_by = '' OR (decided_by <> requester AND decided_by <> starter)",
            name="two_people",
        ),
    )
    id: str = Field(primary_key=True)
    team: str = Field(index=True)
    partner: str
    kind: str
    subject: str
    starter: str
    requester: str = ""
    decided_by: str = ""
    about: Values = Field(default_factory=dict, sa_column=_json())
    digest: str = ""
    asked_at: int = Field(sa_column=_big())
    expires_at: int = Field(sa_column=_big())


class ConversationRow(SQLModel, table=True):
    __tablename__ = "conversation"
    team: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    state: Values = Field(default_factory=dict, sa_column=_json())


class Offer(SQLModel, table=True):
    """What a button stands for. The button carries only the id; to whom, about what and how long is
    here."""

    __tablename__ = "offer"
    id: str = Field(primary_key=True)
    team: str
    person: str
    kind: str
    about: Values = Field(default_factory=dict, sa_column=_json())
    expires_at: int = Field(sa_column=_big())


class Inbox(SQLModel, table=True):
    __tablename__ = "inbox"
    team: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    at: int = Field(sa_column=_big())


class Outbox(SQLModel, table=True):
    """Messages and timers on their way out, one table. `lane` keeps the order of one channel or
    person; `cause`: the number of the report in the log that it was sent because of, 0 without
    one."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("team", "key"),
        Index("outbox_due", "state", "due_at"),
        Index("outbox_lane", "lane", "state", "id"),
        Index(
            "outbox_place",
            "team",
            "channel",
            "ts",
            sqlite_where=text("ts <> ''"),
            postgresql_where=text("ts <> ''"),
        ),
        Index(
            "outbox_cause",
            "team",
            "cause",
            sqlite_where=text("cause > 0"),
            postgresql_where=text("cause > 0"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    team: str
    key: str
    kind: str
    lane: str
    address: Values = Field(default_factory=dict, sa_column=_json())
    parts: list[Json] = Field(default_factory=list, sa_column=_json())
    decision: str = ""
    state: str = "waiting"
    due_at: int = Field(sa_column=_big())
    leased_until: int = Field(default=0, sa_column=_big())
    attempts: int = 0
    channel: str = ""
    ts: str = ""
    error: str = ""
    cause: int = Field(default=0, sa_column=_big())


class Audit(SQLModel, table=True):
    """The append-only log, one chain per team. Ids only, no personal field."""

    __tablename__ = "audit"
    __table_args__ = (Index("audit_object", "team", "object"),)
    team: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    at: int = Field(sa_column=_big())
    actor: str
    action: str
    object: str
    details: str
    key_id: str
    prev_hash: str
    hash: str


class AuditHead(SQLModel, table=True):
    """The last entry of a team's chain: the lock for appending, and what shows that a tail was cut
    off."""

    __tablename__ = "audit_head"
    team: str = Field(primary_key=True)
    seq: int = 0
    hash: str = ""


class Note(SQLModel, table=True):
    """What people wrote as a reason, kept out of the audit log so that it can be erased."""

    __tablename__ = "note"
    id: str = Field(primary_key=True)
    team: str
    person: str
    text: str
    at: int = Field(
        default=0, sa_column=Column(BigInteger, nullable=False, default=0, server_default="0")
    )


class TraceRow(SQLModel, table=True):
    """How one message was understood and what was done about it, for `changeover explain`. Has the
    person's words in it, so it is kept no longer than they are."""

    __tablename__ = "trace"
    __table_args__ = (Index("trace_at", "team", "at"), Index("trace_person", "team", "person"))
    team: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    person: str
    at: int = Field(sa_column=_big())
    document: Values = Field(default_factory=dict, sa_column=_json())


class SecondReaderUse(SQLModel, table=True):
    """Whether a workspace's messages may be shown to a second reader, and how many were on `day`
    (ISO, UTC). Of the team "": whether any workspace's may."""

    __tablename__ = "second_reader"
    team: str = Field(primary_key=True)
    is_off: bool = False
    day: str = ""
    asked: int = 0


APPEND_ONLY = {
    "sqlite": [
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit "
        "is append-only'); END",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit "
        "is append-only'); END",
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$",
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE "
        "FUNCTION audit_append_only()",
    ],
}
for _dialect, _statements in APPEND_ONLY.items():
    for _statement in _statements:
        event.listen(Audit.__table__, "after_create", DDL(_statement).execute_if(dialect=_dialect))  # type: ignore[attr-defined, no-untyped-call]
