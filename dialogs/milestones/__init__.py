"""Milestones: who hears of them, and how."""
