"""Erasing a person and forgetting old texts."""
