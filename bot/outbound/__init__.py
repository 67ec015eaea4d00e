"""What goes out: the outbox sender with its retries, rate limits, files and surfaces. Words
nothing."""
