"""A second reader for messages that are held back: what it may be asked, and what its pick does.
Asks no one: that is bot/second_reader/."""
