"""The one decision that counts for a message that had several, for the statistics."""

# A question that got its answer is counted as answered, whatever else the message contained, in any
# order. A refusal goes first: what must not be done is never counted as answered.
ORDER = ("refuse", "answer", "handover", "command", "clarify", "out_of_scope", "chitchat")


def first_of(*decisions: str) -> str:
    """The decision that counts; "" if nothing was decided. Raises ValueError for an unknown one."""
    return min(filter(None, decisions), key=ORDER.index, default="")
