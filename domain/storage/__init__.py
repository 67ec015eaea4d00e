"""Transactions, the outbox, the audit log and what is kept beside it. Knows no rule of the
business."""
