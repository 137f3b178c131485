"""Who may print a numbered copy: initiators their own, the desk what it may see, everyone else where the kind lets
them. To read the filed sheet is another matter: that is for all who see the request.
"""

from sqlmodel import Session

from flows.engine.kind import kinds
from flows.engine.rules import rules_of
from gateway.login.identity import Me
from gateway.visibility import may_print
from models.record import Request
from models.refusals import NotAllowed


def prints(session: Session, me: Me, request: Request) -> bool:
    """Whether this person, who may see the request, may print its sheets."""
    if request.initiator == me.account or may_print(me):
        return True
    return rules_of(session, kinds()[request.kind], request.rule_version).approvers_print


def check_prints(session: Session, me: Me, request: Request) -> None:
    """Raises NotAllowed, with the reason."""
    if not prints(session, me, request):
        title = kinds()[request.kind].title
        raise NotAllowed(
            f"{request.number} 不能由您打印：按{title}的审批规则，流程单由发起人和档案员打印。需要纸质件请联系他们；"
            "可以在申请页查看电子流程单。",
            number=request.number,
        )
