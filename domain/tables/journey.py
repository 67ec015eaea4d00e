"""The tables of a partner's journey: providers, invitations, customers, transfers. Knows no rule."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class Provider(SQLModel, table=True):
    __tablename__ = "provider"
    __table_args__ = (UniqueConstraint("team", "partner", "guid"),)
    id: str = Field(primary_key=True)
    team: str
    partner: str
    name: str
    guid: str
