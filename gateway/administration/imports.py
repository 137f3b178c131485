"""人员导入: a staff file handed in on a page, checked, and saved as a whole or not at all."""

from gateway.jobs.work import Progress
from models.database import transaction
from models.refusals import Invalid
from models.staff_file import BadStaffFile, read_staff
from models.staff_record import not_in_file, save
from models.tabular import Source

MOST_TOLD = 200  # faults, or people not in the file


def import_staff(staff: Source, departments: Source | None, progress: Progress) -> list[str]:
    """Check and save; what was imported, in sentences.

    Raises:
        Invalid: every fault with file, line, column and reason; nothing was saved.
    """
    try:
        file = read_staff(staff, departments)
        with transaction() as session:
            save(session, file, progress)
            left = not_in_file(session, file)
    except BadStaffFile as refused:
        told = [f"人员文件有 {len(refused.faults)} 处错误，没有导入任何内容：", *map(str, refused.faults[:MOST_TOLD])]
        raise Invalid("\n".join(told)) from None
    told = [f"已导入 {len(file.people)} 人、{len(file.departments)} 个部门。"]
    return told + ([f"下列 {len(left)} 项不在文件里，未作改动：", *left[:MOST_TOLD]] if left else [])
