"""Business hours: when is a moment that lies so many of them ahead? Pure; the days are
domain/calendar.py's."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.calendar import Calendar

MOST_DAYS = 400


def after(calendar: Calendar, start: datetime, hours: float, opens: time, closes: time) -> datetime:
    """The moment (aware UTC) at which that many business hours have passed since an aware one.

    Hours count between `opens` and `closes` of the calendar's business days, by the wall clock
    there.
    """
    zone = ZoneInfo(calendar.timezone)
    left, day = timedelta(hours=hours), start.astimezone(zone).date()
    for n in range(MOST_DAYS):
        here = day + timedelta(days=n)
        if not calendar.is_business_day(here):
            continue
        begins = max(datetime.combine(here, opens, zone).astimezone(UTC), start.astimezone(UTC))
        ends = datetime.combine(here, closes, zone).astimezone(UTC)
        if ends <= begins:
            continue
        if begins + left <= ends:
            return begins + left
        left -= ends - begins
    raise ValueError(f"{hours} business hours are not over within {MOST_DAYS} days")
