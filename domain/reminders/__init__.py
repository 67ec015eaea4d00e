"""Who is reminded of what, when, and who hears of milestones."""
