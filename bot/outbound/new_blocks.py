"""Blocks that not every Slack takes yet: a workspace that refuses a plan gets sections, from then
on.

Slack refuses a whole message for one block (`invalid_blocks`), so nothing was posted and the same
message can be sent in other blocks. What a workspace refused is remembered until the process ends.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.outbound.web_api import code_of
from bot.rendering.plain_tables import has_plan, without_plans

REFUSED = frozenset(["invalid_blocks", "invalid_blocks_format"])
Call = Callable[..., Awaitable[Any]]


class NewBlocks:
    """`send` calls Slack; Slack's errors come through, except the one that is mended."""

    def __init__(self) -> None:
        self._without: set[str] = set()

    async def send(self, team: str, call: Call, said: dict[str, Any], **at: Any) -> Any:
        """The answer to `call(**at, **said)`, with sections in place of a plan where the workspace
        takes no plans."""
        if not has_plan(said["blocks"]):
            return await call(**at, **said)
        plain = said | {"blocks": without_plans(said["blocks"])}
        if team in self._without:
            return await call(**at, **plain)
        try:
            return await call(**at, **said)
        except SlackApiError as error:
            if code_of(error) not in REFUSED:
                raise
        answer = await call(**at, **plain)
        self._without.add(team)  # only now: the fault may have been in another block
        return answer
