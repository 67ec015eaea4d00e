"""Insight for support leads: what people ask, how it is answered, how far partners are."""
