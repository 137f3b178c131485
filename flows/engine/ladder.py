"""The reminder ladder (催办阶梯): what is done when an item has waited so long, and who is told of it.

Source: D2; SEMANTICS.md "Time". A rule table holds its kind's own ladder.
"""

from collections.abc import Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from channels import Way
from models.organisation import DEPUTY_RANK, Organisation


class Whom(StrEnum):
    """Who is told at a rung. The item stays its holder's."""

    holder = "holder"  # 待办人
    deputy = "deputy"  # 代理人或副职
    superior = "superior"  # 上级
    office = "office"  # 督办部门


class Rung(BaseModel):
    """A rung of the ladder: after so many working hours, somebody is told over these channels."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    after_hours: int = Field(ge=0, le=1000)
    channels: tuple[Way, ...] = Field(min_length=1)
    ding: bool = False
    whom: Whom = Whom.holder


MESSAGE: tuple[Way, ...] = ("inapp", "mail")
LADDER = (
    Rung(after_hours=0, channels=MESSAGE),
    Rung(after_hours=4, channels=MESSAGE),
    Rung(after_hours=8, channels=("sms",), ding=True),
    Rung(after_hours=12, channels=("phone",), ding=True),
    Rung(after_hours=16, channels=MESSAGE, whom=Whom.deputy),
    Rung(after_hours=24, channels=MESSAGE, whom=Whom.superior),
    Rung(after_hours=40, channels=MESSAGE, whom=Whom.office),
)


def climbs(ladder: Sequence[Rung]) -> bool:
    """Whether it begins with the holder at once and each rung comes later than the one before."""
    hours = [rung.after_hours for rung in ladder]
    return hours[:1] == [0] and hours == sorted(set(hours)) and ladder[0].whom is Whom.holder


def told_at(rung: Rung, organisation: Organisation, holder: str, office: str) -> str | None:
    """Who is told at this rung of what `holder` has not done; None: nobody, the rung is passed.

    Args:
        office: the department that supervises (督办).

    Raises:
        NobodyThere: nobody above the holder, or in the Office, is there.
    """
    match rung.whom:
        case Whom.holder:
            return holder
        case Whom.deputy:
            return deputy(organisation, holder)
        case Whom.superior:
            return organisation.superior(holder)
        case Whom.office:
            return organisation.approver(organisation.head_of(office), for_=holder)


def deputy(organisation: Organisation, account: str) -> str | None:
    """Another deputy head (中层副职) of the person's department who is there; of several, the first by number."""
    department = organisation.department_of(account)
    deputies = (each.account for each in organisation.people.values() if each.rank == DEPUTY_RANK)
    fellows = (each for each in deputies if department and organisation.department_of(each) == department)
    return min((each for each in fellows if each != account and organisation.present(each)), default=None)
