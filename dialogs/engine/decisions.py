"""The one decision that counts for a message that had several, for the statistics."""

# Who asked a question and got its answer is counted as answered, whatever else the message brought,
# in whatever order. A refusal goes before all: what must not be done is never counted as served.
ORDER = ("refuse", "answer", "handover", "command", "clarify", "out_of_scope", "chitchat")


def first_of(*decisions: str) -> str:
    """The decision that counts; "" if nothing was decided. Raises ValueError for an unknown one."""
    return min(filter(None, decisions), key=ORDER.index, default="")
