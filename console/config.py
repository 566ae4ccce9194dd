"""The settings: environment variables (`CONSOLE_…`) first, then `console.toml` in the data folder, then these defaults."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

LANGUAGES = ("en", "es", "pt")


class Settings(BaseSettings):
    """What an operator may choose. Each one is explained in docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix="CONSOLE_", extra="forbid", frozen=True)

    data: Path = Field(Path("data"), description="folder of the database and the attachments")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    base_url: str = Field("", description="address people use, e.g. https://desk.example; empty: http://host:port")
    database_url: str = Field("", description="SQLAlchemy address of the database; empty: SQLite in the data folder")
    redis_url: str = Field(
        "", description="address of Redis or Valkey, through which several workers hear of each other"
    )
    workers: int = Field(1, ge=1, le=64, description="processes that serve; more than one need PostgreSQL and Redis")
    errands: bool = Field(True, description="whether `serve` runs errands itself, or leaves them to `console work`")
    desk_name: str = Field("Agent Console", max_length=60, description="name shown beside the logo")
    undo_seconds: int = Field(5, ge=0, le=60, description="seconds a public reply waits before it leaves; 0: none")
    close_after_days: int = Field(4, ge=1, le=365, description="days after which a resolved ticket is closed by itself")
    thanks_stay_resolved: bool = Field(True, description="whether a message that only thanks leaves a ticket resolved")
    language: Literal["en", "es", "pt"] = Field("en", description="language of mails to people who chose none")
    mail_address: str = Field(
        "", description="address of the desk, which answers go to; empty: support@ and the host of base_url"
    )
    mail_departments: str = Field(
        "", description="further addresses with their departments: billing@desk.example=Billing, …"
    )
    mail_department: str = Field("", description="department of all other mail; empty: the first one")
    mail_trusted_authserv: str = Field(
        "", description="hosts whose Authentication-Results are believed, with commas between; empty: none"
    )
    mail_tells: str = Field(
        "confirmation,replied,recorded,chat_asked,transcript,requester_replied,status_changed,resolved,closed",
        description="what requesters are told by mail, with commas between",
    )
    mail_smtp: str = Field(
        "", description="server that mail leaves by, smtp://name:password@host:587 or smtps://…; empty: the outbox page"
    )
    mail_imap: str = Field("", description="mailboxes to read, imaps://name:password@host/INBOX, with spaces between")
    mail_listen: str = Field("", description="where to take mail in, lmtp://127.0.0.1:8024 or smtp://…; empty: nowhere")
    log_format: Literal["text", "json"] = Field("text", description="lines for people, or JSON for programs")
    log_level: Literal["debug", "info", "warning", "error"] = Field("warning", description="what is worth a line")
    metrics_token: str = Field(
        "", description="whoever sends it may read /metrics; empty: only this machine itself may"
    )
    session_days: int = Field(14, ge=1, le=365, description="days after which a session ends")
    sign_in_failures: int = Field(10, ge=1, description="failed sign-ins per account and per address in 15 minutes")
    api_requests_per_minute: int = Field(
        3_000, ge=1, description="requests of one person's tokens to the API in a minute"
    )
    sockets_per_person: int = Field(40, ge=1, description="live connections of one person to one worker, on each side")
    comment_characters: int = Field(64_000, ge=1_000, description="longest message, in characters")
    message_bytes: int = Field(20_000_000, ge=100_000, description="files of one message together, in bytes")
    message_files: int = Field(10, ge=1, le=50, description="files of one message")
    portal_images: int = Field(3, ge=0, le=50, description="images of one portal message")
    portal_documents: int = Field(1, ge=0, le=50, description="documents of one portal message")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        chosen: dict[str, Any] = {**env_settings(), **init_settings()}
        file = Path(chosen.get("data", "data")) / "console.toml"
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file)

    @property
    def address(self) -> str:
        """The address people use, without a slash at the end."""
        return self.base_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def https(self) -> bool:
        return self.address.startswith("https://")

    @property
    def database_address(self) -> str:
        return self.database_url or f"sqlite:///{self.data.resolve() / 'desk.db'}"

    @property
    def attachments(self) -> Path:
        return self.data / "attachments"


def prepare_data(settings: Settings) -> None:
    """Make the data folder and its folder of attachments (both 0700)."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.attachments.mkdir(exist_ok=True, mode=0o700)
