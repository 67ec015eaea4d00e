"""`changeover facts`: what is due for a check, and a newer facts file."""

from bot.cli.facts.command import add, run

__all__ = ["add", "run"]
