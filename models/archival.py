"""Archive fields by rule. Source: DA/T 22-2015 归档文件整理规则 (档号, 保管期限)."""

FOR_EVER = "Y"
DOCUMENTS = "WS"  # 文书档案, the class that approvals belong to


def retention_code(years: int | None) -> str:
    """保管期限 as the archive writes it: D10, D30, or Y for ever (`years`: None)."""
    return FOR_EVER if years is None else f"D{years}"


def retention_in_words(code: str) -> str:
    """As people write it: 10年, 永久."""
    return "永久" if code == FOR_EVER else f"{code[1:]}年"


def archival_code(fonds: str, year: int, retention: str, department: str, item_no: int) -> str:
    """档号: 全宗号-档案门类·年度-保管期限-机构-件号, as Z109-WS·2026-D10-信息工程系-0001."""
    return f"{fonds}-{DOCUMENTS}·{year}-{retention}-{department}-{item_no:04}"
