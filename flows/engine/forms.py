"""Forms: what people fill in. Field types shared by the kinds, strict reading, and faults told in Chinese."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Self, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError
from pydantic.annotated_handlers import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails

from models.refusals import Invalid
from models.settings import settings


def _printable(text: str) -> str:
    for sign in text:
        if unicodedata.category(sign) in {"Cc", "Cs", "Co"} and sign not in "\n\t":
            raise ValueError(f"含有不可见的控制字符（U+{ord(sign):04X}），请删除后重填")
    return text


def _line(longest: int) -> Any:
    return Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=longest, pattern=r"^[^\n\t]*$"),
        AfterValidator(_printable),
    ]


Line = _line(100)
ShortLine = _line(50)
Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9][0-9 -]{4,19}$")]


def _text(longest: int, shortest: int = 0) -> Any:
    return Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=shortest, max_length=longest),
        AfterValidator(_printable),
    ]


Text = _text(500, 1)
Opinion = _text(2000)
Comment = _text(2000, 1)
Remark = _text(500)
Saying = _text(200, 1)


Schema = Mapping[str, Any]


@cache
def schema_of(model: type[BaseModel]) -> Schema:
    """The JSON schema of a model, made once a process: to be read, and copied by whoever adds to it."""
    return model.model_json_schema()


class Choice(StrEnum):
    """An enumeration whose members carry their Chinese label: `personal = "personal", "事假"`."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core)
        handler.resolve_ref_schema(schema)["x-labels"] = {each.value: each.label for each in cls}
        return schema


def _zoned(moment: datetime) -> datetime:
    """In the organisation's own zone, in which a time without a zone is meant."""
    zone = settings().zone
    try:
        return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)
    except OverflowError:
        raise ValueError("年份超出范围，请核对") from None


def _written_out(value: Any) -> Any:
    """A moment is text like 2026-11-23T08:30. (Pydantic alone takes digits for seconds since 1970.)"""
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value if {"T", " "} & set(value) else "")
    except ValueError:
        raise ValueError(MOMENTS) from None


def _day_written_out(value: Any) -> Any:
    """A date is text like 2026-11-23. (Pydantic alone takes digits for seconds since 1970.)"""
    if not isinstance(value, str):
        return value
    if not DAY.fullmatch(value):
        raise ValueError(DATES)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(DATES) from None


def _in_plain_digits(value: Any) -> Any:
    """An amount is a number, or text like 12.50. (Decimal alone takes digits of every script, and 1e3.)"""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return value
    if not AMOUNT.fullmatch(str(value)):
        raise ValueError(AMOUNTS)
    return Decimal(str(value))


LocalTime = Annotated[datetime, BeforeValidator(_written_out), AfterValidator(_zoned)]
Day = Annotated[date, BeforeValidator(_day_written_out)]
Amount = Annotated[Decimal, BeforeValidator(_in_plain_digits)]


class Form(BaseModel):
    """Base of all forms and step fields: unknown fields are refused, values are not coerced."""

    model_config = ConfigDict(extra="forbid", frozen=True)


F = TypeVar("F", bound=BaseModel)


def read_form(model: type[F], data: dict[str, Any]) -> F:
    """Read JSON-like `data` strictly into `model`.

    Raises:
        Invalid: with a Chinese sentence for each field at fault.
    """
    try:
        return model.model_validate_json(json.dumps(data, allow_nan=False), strict=True)
    except ValidationError as faults:
        raise told_of(model, faults) from None
    except (ValueError, RecursionError):
        raise faults_told(model, {"form": "含有无法识别的数字或层级过深，请检查后重填"}) from None


def told_of(model: type[BaseModel], faults: ValidationError) -> Invalid:
    """A refusal with a Chinese sentence for each field at fault: the first, others mostly follow from it."""
    told: dict[str, str] = {}
    for name, sentence in map(_tell, faults.errors()):
        told.setdefault(name, sentence)
    return faults_told(model, told)


def faults_told(model: type[BaseModel], faults: Mapping[str, str]) -> Invalid:
    """The refusal for these faults, by field: the message says each field's label, the detail its JSON name."""
    told = [f"{label_of(model, name)}：{sentence}" for name, sentence in faults.items()]
    return Invalid("；".join(told), fields=dict(faults))


@contextmanager
def labelled(model: type[BaseModel]) -> Iterator[None]:
    """Faults that a kind's own check finds are told with the labels of the form, as those of single fields are."""
    try:
        yield
    except Invalid as refusal:
        raise faults_told(model, refusal.detail["fields"]) from None


def label_of(model: type[BaseModel], name: str) -> str:
    """The Chinese label of a field: its title."""
    field = model.model_fields.get(name)
    return (field.title or name) if field else WHOLE.get(name, name[:50])


def text_of(value: Any) -> str:
    """A field's value as people read it on pages and sheets."""
    match value:
        case None | "":
            return ""
        case bool():
            return "是" if value else "否"
        case Choice():
            return value.label
        case datetime():
            return f"{value.year}年{value.month}月{value.day}日 {value:%H:%M}"
        case date():
            return f"{value.year}年{value.month}月{value.day}日"
        case Decimal():
            return f"{value.normalize():f}"
        case list() | tuple():
            return "、".join(filter(None, map(text_of, value)))
        case UUID():
            return ""
    return str(value)


SENTENCES = {
    "missing": "必填，请填写",
    "extra_forbidden": "没有这一栏，请删除",
    "string_too_short": "必填，请填写",
    "string_too_long": "不能超过 {max_length} 个字",
    "string_type": "应为文字",
    "string_unicode": "含有无法识别的字符，请删除后重填",
    "string_pattern_mismatch": "格式不对，请核对",
    "int_type": "应为整数",
    "int_from_float": "应为整数",
    "int_parsing": "应为整数",
    "bool_type": "应为是或否（true/false）",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "too_long": "最多 {max_length} 项",
    "too_short": "至少 {min_length} 项",
    "list_type": "应为列表",
    "tuple_type": "应为 JSON 列表",
    "mapping_type": "应为 JSON 对象",
    "dict_type": "应为 JSON 对象",
    "model_type": "应为 JSON 对象",
}
DATES = "不是有效的日期，请按 2026-11-23 的格式填写"
AMOUNTS = "应为数字，请按 12.50 的格式填写"
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
AMOUNT = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")
MOMENTS = "不是有效的时间，请按 2026-11-23T08:30 的格式填写"
WHOLE = {"form": "表单"}  # where a fault lies in no single field


def _tell(fault: ErrorDetails) -> tuple[str, str]:
    """The field at fault, and what is wrong; in a list or an object also where in it."""
    name, *within = map(str, fault["loc"] or ("form",))
    place = "".join(f"第 {int(each) + 1} 项" if each.isdigit() else f"「{each[:50]}」" for each in within)
    return name[:50], place + _sentence(fault)


def _sentence(fault: ErrorDetails) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if fault["input"] == "":
        return SENTENCES["missing"]
    if kind == "value_error":
        return str(context["error"])
    if kind.startswith("date"):
        return MOMENTS if kind.startswith("datetime") else DATES
    if kind in ("enum", "literal_error"):
        return f"可选：{context['expected'].replace(' or ', ', ')}"
    if kind.startswith("uuid"):
        return "不是有效的附件编号，请重新上传"
    return SENTENCES.get(kind, "填写有误，请核对").format(**context)
