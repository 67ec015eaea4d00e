"""Every table, declared once with SQLModel: the workspace's own, the partner's journey, people in
the loop. Knows no rule."""

from domain.tables.approvals import AskedBack, Away, Hears, Turned
from domain.tables.clock import Nudge, Reminded
from domain.tables.customers import Customer, CustomerList, Transfer, TransferItem
from domain.tables.house import (
    APPEND_ONLY,
    Approval,
    Audit,
    AuditHead,
    ConversationRow,
    Inbox,
    Lifecycle,
    Note,
    Offer,
    Outbox,
    Partner,
    Person,
    Tenant,
    TraceRow,
    Workspace,
)
from domain.tables.installation import Installation
from domain.tables.journey import CatalogueEntry, Figure, Invitation, Provider, ProviderNote
from domain.tables.knowledge import (
    Feedback,
    KnowledgeVersion,
    OwnPhrase,
    OwnTopic,
    Suspension,
    Unheard,
    WorkspaceAnswer,
)

__all__ = [
    "APPEND_ONLY",
    "Approval",
    "AskedBack",
    "Audit",
    "AuditHead",
    "Away",
    "CatalogueEntry",
    "ConversationRow",
    "Customer",
    "CustomerList",
    "Feedback",
    "Figure",
    "Hears",
    "Inbox",
    "Installation",
    "Invitation",
    "KnowledgeVersion",
    "Lifecycle",
    "Note",
    "Nudge",
    "Offer",
    "Outbox",
    "OwnPhrase",
    "OwnTopic",
    "Partner",
    "Person",
    "Provider",
    "ProviderNote",
    "Reminded",
    "Suspension",
    "Tenant",
    "TraceRow",
    "Transfer",
    "TransferItem",
    "Turned",
    "Unheard",
    "Workspace",
    "WorkspaceAnswer",
    "support",
]
