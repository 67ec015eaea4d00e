"""Reads what people type at a question of ours: the reply itself, and what they ask back."""
