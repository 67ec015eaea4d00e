"""Durations as people say them. Knows no template."""


def minutes(many: int) -> str:
    """45 min, 2 h 47 min, 3 h."""
    hours, rest = divmod(int(many), 60)
    parts = ([f"{hours} h"] if hours else []) + ([f"{rest} min"] if rest or not hours else [])
    return " ".join(parts)
