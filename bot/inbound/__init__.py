"""What comes in: the guard, the Bolt app, payloads as inputs, one turn at a time. Decides
nothing."""
