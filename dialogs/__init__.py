"""The conversation. Knows the domain; does not know Slack, tokens or words."""
