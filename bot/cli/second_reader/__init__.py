"""`changeover second-reader`: what it is set to, and its switch."""

from bot.cli.second_reader.command import add, run

__all__ = ["add", "run"]
