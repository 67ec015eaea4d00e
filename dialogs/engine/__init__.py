"""One turn from input to reply: the conversation, flows, buttons and repairs. Knows no ability by
name."""
