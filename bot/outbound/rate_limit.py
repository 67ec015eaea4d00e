"""Slows replies down, per person and per workspace, so that a flood from one does not delay the
others. Never drops anything: what comes too fast is sent later.

Counts in this process; with N processes each counts alone.
"""

from collections import OrderedDict

from domain.storage.outbox import APPROVALS, Row

MOST_KEPT, MOST_PAID = 10_000, 50_000


class Bucket:
    """A token bucket: `per_minute` replies a minute, as many at once at most."""

    def __init__(self, per_minute: int, at: float) -> None:
        self.per_minute, self.tokens, self.at = per_minute, float(per_minute), at

    def take(self, now: float) -> float:
        """Take a token, in advance if there is none. Returns the seconds until it is available (0:
        now)."""
        self.tokens = (
            min(
                float(self.per_minute), self.tokens + max(0.0, now - self.at) * self.per_minute / 60
            )
            - 1
        )
        self.at = now
        return max(0.0, -self.tokens) * 60 / self.per_minute


class RateLimiter:
    """RATE_USER and RATE_TEAM, replies a minute; 0 is off. `now` is a monotonic clock in
    seconds."""

    def __init__(self, per_user: int, per_team: int) -> None:
        self.per_user, self.per_team = per_user, per_team
        self._buckets: OrderedDict[tuple[str, str], Bucket] = OrderedDict()
        self._paid: OrderedDict[tuple[int, str], None] = OrderedDict()

    def of_row(self, row: Row, now: float) -> float:
        """Seconds that an outbox row must wait. Notifications, approvals, and rows that were
        started already are never slowed down."""
        if (
            not row.key.startswith("reply:")
            or row.attempts > 1
            or row.lane.endswith(f":{APPROVALS}")
        ):
            return 0.0
        return self.wait(row.team, row.address.by or row.lane, row.id, now)

    def wait(self, team: str, person: str, row: int, now: float) -> float:
        """Seconds that this reply must wait. Each limit delays it at most once, because it keeps
        the token it waited for. A person without tokens costs the team no token until it is their
        turn."""
        limits = ((person, self.per_user), ("", self.per_team))
        for whose, per_minute in limits:
            if not per_minute or (row, whose) in self._paid:
                continue
            self._paid[row, whose] = None
            if len(self._paid) > MOST_PAID:  # then the oldest may be delayed once more
                self._paid.popitem(last=False)
            if wait := self._bucket(team, whose, per_minute, now).take(now):
                return wait
        for whose, _ in limits:
            self._paid.pop((row, whose), None)
        return 0.0

    def _bucket(self, team: str, person: str, per_minute: int, now: float) -> Bucket:
        bucket = self._buckets.setdefault((team, person), Bucket(per_minute, now))
        self._buckets.move_to_end((team, person))
        if len(self._buckets) > MOST_KEPT:  # the one that was quiet longest is full again
            self._buckets.popitem(last=False)
        return bucket
