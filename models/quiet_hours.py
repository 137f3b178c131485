"""Quiet hours (免打扰): when nobody's telephone rings. Pure: the hours and the moment are arguments.

Source: SEMANTICS.md "Time".
"""

from datetime import datetime, time, timedelta, tzinfo


def after_quiet(moment: datetime, begins: time, ends: time, tz: tzinfo) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into.

    Args:
        moment: with a zone.
        begins: the first quiet moment of the day, local time.
        ends: the first that is no longer quiet, the next morning if it is the earlier clock time; the same as
            `begins`: no quiet hours.
    """
    here = moment.astimezone(tz)
    clock, overnight = here.time(), ends < begins
    quiet = clock >= begins or clock < ends if overnight else begins <= clock < ends
    if not quiet:
        return moment
    days = 1 if overnight and clock >= begins else 0
    return datetime.combine(here.date() + timedelta(days=days), ends, tz)
