"""The workspace of the demo, of the chat and of played conversations: where its people stand, its
channels, the bot's own account."""

from pathlib import Path

from bot.cli.seed import Plan

PEOPLE = Path(__file__).parents[1] / "demo" / "demo.toml"
BOT, GENERAL = "U0CHANGEOVER", "C03GENERAL"


def channels(plan: Plan) -> dict[str, str]:
    """The names of the channels, by id."""
    return {plan.support: "csp-support", plan.admins: "csp-admins", GENERAL: "general"}


def direct(slack: str) -> str:
    """The direct messages of a person with the bot."""
    return f"D{slack[1:]}"
