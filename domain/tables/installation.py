"""The table of workspaces in which the app is installed by OAuth. Knows no rule and no key."""

from sqlalchemy import BigInteger, Column, Text
from sqlmodel import Field, SQLModel


class Installation(SQLModel, table=True):
    """One workspace (or organisation, by its id as `team`). `sealed`: what Slack gave, encrypted;
    "" when it is gone, or when it is the organisation's (`via`). `expires_at`: of the token (0:
    never); `rotating_until`: somebody gets a new one just now; `gone_at`: since when nothing leaves
    for it (0: it is there)."""

    __tablename__ = "installation"
    team: str = Field(primary_key=True)
    via: str = Field(default="", index=True)
    name: str = ""
    bot_user: str = ""
    sealed: str = Field(default="", sa_column=Column(Text, nullable=False))
    expires_at: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    rotating_until: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    installed_at: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    gone_at: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
