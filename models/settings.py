"""Settings, from environment variables OA_*. One object, read once a process; see README for the table."""

import re
import sys
from datetime import time
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.page import Margins, read_margins

ROOT = Path(__file__).resolve().parent.parent
FREE_FONT = "Noto Serif CJK SC"  # what `./oa` installs


def _face(name: str) -> str:
    if not re.fullmatch(r"\w[\w .-]{0,59}", name):
        raise ValueError("应为一种字体的名称，如 仿宋、FangSong")
    return name


def _margins(text: str) -> str:
    read_margins(text)
    return text


class Settings(BaseSettings):
    """What an installation can set. Paths are absolute after loading; seconds are plain numbers."""

    model_config = SettingsConfigDict(env_prefix="OA_")

    home: Path = ROOT / "var"
    host: str = "127.0.0.1"  # where the gateway listens; 0.0.0.0 for the whole network
    port: int = 8080
    prefect_port: int = 4200
    database_url: str | None = None  # postgresql://…; none: the private PostgreSQL under home
    org: Path | None = None  # staff file for the first start instead of the sample
    timezone: str = "Asia/Shanghai"
    organisation: str = "天辰学院"
    font: Annotated[str, AfterValidator(_face)] = FREE_FONT  # of sheets, by its name in fontconfig
    margins: Annotated[str, AfterValidator(_margins)] = "37 26 35 28"  # of sheets, mm (GB/T 9704)
    personnel: str = "组织人事处"  # the department that keeps the staff: hands over what leavers have
    fonds: str | None = Field(None, pattern="^[0-9A-Za-z]{1,16}$")  # 全宗号 that the archive gave; none: no 归档
    sign_file: Path | None = None  # PKCS#12 with the key that signs the sheets; none, and no token: a trial certificate
    sign_password: str = Field("", repr=False)
    sign_pkcs11: Path | None = None  # or the PKCS#11 library of the token that holds it …
    sign_token: str = ""  # … the token's label …
    sign_key: str = ""  # … the label of key and certificate …
    sign_pin: str = Field("", repr=False)
    timestamp_url: str | None = None  # RFC 3161 server; none: sheets are signed without a timestamp
    heads_folder: Path | None = None  # each day's chain heads are kept here too, outside `home` …
    heads_mail: str | None = Field(None, pattern=r"^[^@\s]+@[^@\s]+$")  # … and sent here
    smtp_host: str | None = None
    smtp_port: int = 25
    mail_from: str = "oa@tianchen.example"
    public_url: str | None = None  # how people reach the gateway; none: http://127.0.0.1:{port}
    quiet_from: time = time(21)  # nobody is rung up or sent an SMS from then on …
    quiet_until: time = time(7, 30)  # … until then, in the time zone above
    gateways: int = 2  # processes that answer people
    workers: int = 2  # child processes that carry out flow runs
    retry_seconds: float = 2.0  # first pause between tries of a failed effect; doubles
    session_idle_minutes: int = 30
    session_hours: int = 12
    failed_log_ins: int = 10  # wrong tries for one account …
    failed_log_ins_per_address: int = 10  # … and from one address, in so many minutes:
    failed_log_in_minutes: int = 5
    checks: int = 20  # wrong check codes for one number on the public page …
    checks_per_address: int = 60  # … and questions from one address, right ones too, in so many minutes:
    check_minutes: int = 5
    second_factor: Literal["posts", "everyone"] = "posts"  # who must have one: those whose post asks for it, or all
    oidc_issuer: str | None = None  # log in with the organisation's own OpenID provider
    oidc_client_id: str = ""
    oidc_client_secret: str = Field("", repr=False)
    oidc_claim: str = "preferred_username"  # which claim holds the staff number
    oidc_title: str = "统一身份认证"
    dingtalk_client_id: str | None = None  # log in with DingTalk
    dingtalk_client_secret: str = Field("", repr=False)
    dingtalk_login_url: str = "https://login.dingtalk.com"
    dingtalk_api_url: str = "https://api.dingtalk.com"
    dingtalk_oapi_url: str = "https://oapi.dingtalk.com"

    @field_validator("heads_folder")
    @classmethod
    def _elsewhere(cls, folder: Path | None, info: ValidationInfo) -> Path | None:
        if folder and (not folder.is_absolute() or folder.resolve().is_relative_to(Path(info.data["home"]).resolve())):
            raise ValueError("应为 OA_HOME 之外的文件夹的完整路径")
        return folder

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def page(self) -> Margins:
        return read_margins(self.margins)

    @property
    def data(self) -> Path:
        return self.home.resolve()

    @property
    def dsn(self) -> str:
        """The record's database as a libpq URL (psycopg); Prefect's own is `prefect` in the same server."""
        if self.database_url:
            return self.database_url
        return (self.data / "run" / "database_url").read_text().strip()

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def archive(self) -> Path:
        return self.data / "archive"

    @property
    def files(self) -> Path:
        return self.data / "files"

    @property
    def heads(self) -> Path:
        return self.data / "heads"

    @property
    def prints(self) -> Path:
        return self.data / "prints"

    @property
    def address(self) -> str:
        return self.public_url or f"http://127.0.0.1:{self.port}"

    @property
    def secure(self) -> bool:
        """Whether people come by https: cookies are for that alone then."""
        return self.address.startswith("https://")

    @property
    def prefect_api(self) -> str:
        return f"http://127.0.0.1:{self.prefect_port}/api"

    def prefect_page(self, flow_run_id: object) -> str:
        """A flow run's page in the Prefect UI, as people reach it through the gateway."""
        return f"{self.address}/prefect/runs/flow-run/{flow_run_id}"

    @property
    def prefect_auth(self) -> str:
        """`user:password` that only gateway, worker and server know; made by `oa up`."""
        return (self.data / "run" / "prefect_auth").read_text().strip()


@lru_cache
def settings() -> Settings:
    """Ends the process, and says which variable is wrong and why, if one is."""
    try:
        return Settings()
    except ValidationError as error:
        sys.exit("设置有误，请改正后再启动：\n" + "\n".join(_told(each) for each in error.errors()))


def _told(fault: Any) -> str:
    reason = str(fault["msg"]).removeprefix("Value error, ")
    return f"  OA_{fault['loc'][0].upper()}（现为「{fault['input']}」）：{reason}"
