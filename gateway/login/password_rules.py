"""What a new password has to be (ASVS 5.0, 6.2; NIST SP 800-63B): long enough, not easily guessed. No other rule.

Any characters will do, in any mixture; it does not expire.
"""

from functools import lru_cache

from models.organisation import Person
from models.settings import settings

SHORTEST, LONGEST = 8, 200  # characters; the log-in form takes no longer one
SYSTEM = "办公审批"


def fault(password: str, person: Person) -> str | None:
    """What is wrong with it, in Chinese; None if it will do."""
    if not SHORTEST <= len(password) <= LONGEST:
        return f"须为 {SHORTEST} 至 {LONGEST} 个字符，现在是 {len(password)} 个"
    if password.casefold() in _common():
        return "这是常见的密码，容易被猜中，请换一个"
    if len(_without(password, person)) < SHORTEST:
        return "不能主要由工号、姓名、电话、部门或单位名称组成，请换一个"
    return None


def _without(password: str, person: Person) -> str:
    """What is left of it when everything is taken away that anyone could know; nothing, if it is one sign repeated."""
    known = (person.account, person.name, person.phone, person.department, settings().organisation, SYSTEM)
    left = password.casefold()
    for word in known:
        left = left.replace(word.casefold(), "")
    return left if len(set(left)) > 1 else ""


@lru_cache
def _common() -> frozenset[str]:
    """The 30 000 most used ones in breaches, as collected for zxcvbn (Wheeler, USENIX Security 2016)."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # two megabytes, only for who sets a password

    return frozenset(FREQUENCY_LISTS["passwords"])
