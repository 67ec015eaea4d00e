"""Slows replies down, per person and per workspace, so that a flood of one does not keep the others waiting.

Never refuses or drops anything: what comes too fast is said later. Counts in this process; with N processes each counts alone.
"""

from collections import OrderedDict

MOST_KEPT = 10_000


class Bucket:
    """A token bucket: `per_minute` replies a minute, as many at once at most."""

    def __init__(self, per_minute: int, at: float) -> None:
        self.per_minute, self.tokens, self.at = per_minute, float(per_minute), at

    def missing(self, now: float) -> float:
        """Seconds until there is a token; 0 when there is one."""
        self.tokens = min(float(self.per_minute), self.tokens + max(0.0, now - self.at) * self.per_minute / 60)
        self.at = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) * 60 / self.per_minute


class Pace:
    """RATE_USER and RATE_TEAM, replies a minute; 0 is off. `now` is a monotonic clock in seconds."""

    def __init__(self, per_user: int, per_team: int) -> None:
        self.per_user, self.per_team = per_user, per_team
        self._buckets: OrderedDict[tuple[str, str], Bucket] = OrderedDict()

    def wait(self, team: str, person: str, now: float) -> float:
        """Seconds that this reply has to wait; 0 takes a token from both. A person who has none left costs her team nothing."""
        mine = [b for b in (self._bucket(team, person, self.per_user, now), self._bucket(team, "", self.per_team, now)) if b]
        longest = max((b.missing(now) for b in mine), default=0.0)
        if not longest:
            for bucket in mine:
                bucket.tokens -= 1
        return longest

    def _bucket(self, team: str, person: str, per_minute: int, now: float) -> Bucket | None:
        if not per_minute:
            return None
        bucket = self._buckets.setdefault((team, person), Bucket(per_minute, now))
        self._buckets.move_to_end((team, person))
        if len(self._buckets) > MOST_KEPT:  # the one that was quiet longest is full again
            self._buckets.popitem(last=False)
        return bucket
