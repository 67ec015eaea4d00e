"""Business days where the partner is: country, subdivision, weekends, time zone. Ours, not
Microsoft's, which nobody knows."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import holidays

from domain.unusable import Unusable

DAYS_IN_TIME = (
    5  # P-APPROVAL-DAYS official: never call an approval late before business day 5 has passed
)
NOTICE_AT = time(9, 0)
QUIET_FROM = time(17, 0)


class NoCalendar(Unusable, ValueError):
    """The country, subdivision or time zone is not known. The message names it."""


@dataclass(frozen=True)
class Calendar:
    """Raises NoCalendar, when it is made, for a country, subdivision or time zone that does not
    exist."""

    country: str = ""
    subdivision: str = ""
    timezone: str = "UTC"

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError) as error:
            raise NoCalendar(
                f"timezone {self.timezone!r} is not known; write it like Europe/Berlin"
            ) from error
        try:
            _ = self._holidays
        except (NotImplementedError, KeyError) as error:
            said = f"{self.country}-{self.subdivision}" if self.subdivision else self.country
            raise NoCalendar(
                f"country {said!r} is not known; write two letters like DE, and BY for a "
                "subdivision"
            ) from error

    @cached_property
    def _holidays(self) -> holidays.HolidayBase:
        if not self.country:
            return holidays.HolidayBase()
        return holidays.country_holidays(self.country, subdiv=self.subdivision or None)

    def today(self, now: datetime) -> date:
        """The day that it is there at an aware moment."""
        return now.astimezone(ZoneInfo(self.timezone)).date()

    def today_in(self, now: datetime, timezone: str) -> date:
        """The day that it is for somebody in that time zone; ours, where it is not known."""
        return now.astimezone(zone_of(timezone) or ZoneInfo(self.timezone)).date()

    def there(self, now: datetime) -> datetime:
        """The moment as clocks show it there."""
        return now.astimezone(ZoneInfo(self.timezone))

    def is_business_day(self, day: date) -> bool:
        return bool(self._holidays.is_working_day(day))

    def after(self, day: date, business_days: int) -> date:
        """The day on which that many business days have followed `day`; `day` itself is day 0."""
        while business_days:
            day += timedelta(days=1)
            business_days -= self.is_business_day(day)
        return day

    def passed(self, since: date, today: date) -> int:
        """How many business days have followed `since` up to and with `today`."""
        span = (today - since).days
        return sum(
            self.is_business_day(since + timedelta(days=n)) for n in range(1, min(span, 400) + 1)
        )

    def last_day_in_time(self, submitted: date) -> date:
        return self.after(submitted, DAYS_IN_TIME)

    def overdue_notice(self, submitted: date) -> datetime:
        """When the overdue notice is due: 09:00 there on the business day after business day 5, as
        aware UTC."""
        return self.morning(self.after(submitted, DAYS_IN_TIME + 1))

    def morning(self, day: date) -> datetime:
        """09:00 there on a day, as aware UTC."""
        return datetime.combine(day, NOTICE_AT, ZoneInfo(self.timezone)).astimezone(UTC)

    def daytime(self, now: datetime, timezone: str = "") -> datetime:
        """The next moment, `now` included, that is no quiet hour for somebody in that time zone
        (ours, where it is not known): from 09:00 to 17:00 there on a business day. Aware UTC."""
        zone = zone_of(timezone) or ZoneInfo(self.timezone)
        here = now.astimezone(zone)
        if here.time() >= QUIET_FROM:
            here = datetime.combine(here.date() + timedelta(days=1), NOTICE_AT, zone)
        while not self.is_business_day(here.date()):
            here = datetime.combine(here.date() + timedelta(days=1), NOTICE_AT, zone)
        if here.time() < NOTICE_AT:
            here = datetime.combine(here.date(), NOTICE_AT, zone)
        return here.astimezone(UTC)


def zone_of(timezone: str) -> ZoneInfo | None:
    """The time zone of that name, None where nobody knows it."""
    try:
        return ZoneInfo(timezone) if timezone else None
    except (KeyError, ValueError, OSError):
        return None


@lru_cache(maxsize=256)
def calendar(country: str, subdivision: str, timezone: str) -> Calendar:
    """The calendar of a place, made once: building a country's holidays costs milliseconds."""
    return Calendar(country, subdivision, timezone)
