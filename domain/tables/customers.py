"""The tables of the partner's customers: who they are, the lists they came in, transfers of
subscriptions. Knows no rule."""

from sqlalchemy import JSON, BigInteger, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.json_values import Json


class Customer(SQLModel, table=True):
    """One customer on the way to one provider (`provider` "" while that is open). `sought`: the
    name as it is looked for; `key`: what tells two customers apart (tenant id, else domain, else
    name). The state stands in Lifecycle."""

    __tablename__ = "customer"
    __table_args__ = (
        UniqueConstraint("team", "partner", "provider", "key"),
        Index("customer_sought", "team", "partner", "sought"),
    )
    id: str = Field(primary_key=True)
    team: str
    partner: str
    provider: str = ""
    name: str
    sought: str
    key: str
    guid: str = ""
    domain: str = ""


class CustomerList(SQLModel, table=True):
    """What became of a list that was handed in: how many of what, and what became of each row, by
    its line."""

    __tablename__ = "customer_list"
    id: str = Field(primary_key=True)
    team: str
    partner: str
    person: str
    at: int = Field(sa_column=Column(BigInteger, nullable=False))
    counts: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    rows: list[Json] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class Transfer(SQLModel, table=True):
    """One request to move subscriptions of a customer; `version`: of P-TRANSFER, by which it was
    started."""

    __tablename__ = "transfer"
    __table_args__ = (Index("transfer_of_customer", "team", "partner", "customer"),)
    id: str = Field(primary_key=True)
    team: str
    partner: str
    customer: str
    version: str
    kind: str
    number: int


class TransferItem(SQLModel, table=True):
    """A subscription in a request. `held`: unique while the request is open, null when it is closed
    (X-TRANSFER-ONE)."""

    __tablename__ = "transfer_item"
    __table_args__ = (UniqueConstraint("team", "held"),)
    transfer: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    team: str
    said: str
    held: str | None = None
