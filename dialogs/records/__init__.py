"""What several abilities do alike: record what is reported, draw the cards that others get, count
the figures."""
