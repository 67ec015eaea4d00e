"""What a message amounts to where it holds several things: one word for those who count. Knows no
words to say."""

# Who asked a question and got its answer is counted as answered, whatever else the message brought,
# in whatever order. A refusal goes before all: what must not be done is never counted as served.
ORDER = ("refuse", "answer", "handover", "command", "clarify", "out_of_scope", "chitchat")


def first_of(*decisions: str) -> str:
    """The one that counts; "" where nothing was decided. Raises ValueError for an unknown word."""
    return min(filter(None, decisions), key=ORDER.index, default="")
