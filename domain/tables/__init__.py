"""Every table, declared once with SQLModel: the house's own, the partner's journey, people in the loop. Knows no rule."""

from domain.tables import support
from domain.tables.clock import Nudge, Reminded
from domain.tables.customers import Customer, CustomerList, Transfer, TransferItem
from domain.tables.house import (
    APPEND_ONLY,
    Approval,
    Audit,
    AuditHead,
    Conversation,
    Inbox,
    Lifecycle,
    Note,
    Offer,
    Outbox,
    Partner,
    Person,
    Tenant,
    Workspace,
)
from domain.tables.journey import Invitation, Provider

__all__ = [
    "APPEND_ONLY",
    "Approval",
    "Audit",
    "AuditHead",
    "Conversation",
    "Customer",
    "CustomerList",
    "Inbox",
    "Invitation",
    "Lifecycle",
    "Note",
    "Nudge",
    "Offer",
    "Outbox",
    "Partner",
    "Person",
    "Provider",
    "Reminded",
    "Tenant",
    "Transfer",
    "TransferItem",
    "Workspace",
    "support",
]
