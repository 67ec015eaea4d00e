"""Outgoing messages: the outbox sender with its retries, rate limits, files and surfaces. Has no
user texts."""
