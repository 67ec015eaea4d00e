"""The doors: Slack, the terminal, the outbox. Knows no rule and no dialog by name."""
