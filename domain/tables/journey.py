"""The tables of a partner's journey: providers, invitations, customers, transfers. Knows no
rule."""

from sqlalchemy import JSON, BigInteger, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.json_values import Values


class Provider(SQLModel, table=True):
    """A provider that the partner spoke of. `key`: its name folded; `guid`: its tenant, where an
    admin named it."""

    __tablename__ = "provider"
    __table_args__ = (UniqueConstraint("team", "partner", "key"),)
    id: str = Field(primary_key=True)
    team: str
    partner: str
    name: str
    key: str
    guid: str = ""


class Invitation(SQLModel, table=True):
    """A provider's invitation link that was passed on, or waits to be. `digest` knows the link
    again when it is gone.

    `link` is kept only as long as it may be needed; `state`: waiting, sent, closed.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        Index("invitation_of_partner", "team", "partner", "state"),
        Index("invitation_digest", "team", "digest"),
    )
    id: str = Field(primary_key=True)
    team: str
    partner: str
    provider: str
    link: str
    digest: str
    brought_by: str
    sent_to: str = ""
    state: str = "waiting"
    brought_at: int = Field(sa_column=Column(BigInteger, nullable=False))
    sent_at: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))


class Figure(SQLModel, table=True):
    """What a person said about the partner's business, one row per kind; the latest word of each
    person."""

    __tablename__ = "figure"
    __table_args__ = (UniqueConstraint("team", "partner", "person", "name"),)
    id: str = Field(primary_key=True)
    team: str
    partner: str
    person: str
    name: str
    value: Values = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    day: str
    at: int = Field(sa_column=Column(BigInteger, nullable=False))


class ProviderNote(SQLModel, table=True):
    """What somebody of the partner noted about a provider: one row per criterion. `person` is ""
    where the catalogue says so."""

    __tablename__ = "provider_note"
    __table_args__ = (UniqueConstraint("team", "partner", "provider", "criterion"),)
    id: str = Field(primary_key=True)
    team: str
    partner: str
    provider: str
    criterion: str
    text: str
    person: str = ""
    day: str


class CatalogueEntry(SQLModel, table=True):
    """A provider that the workspace brought along for all of its partners, as it describes it."""

    __tablename__ = "catalogue_entry"
    team: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    name: str
    notes: Values = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
