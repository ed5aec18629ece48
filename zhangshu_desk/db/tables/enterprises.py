"""Enterprises, their dated names and their contacts."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from zhangshu_desk.core.masking import mask_name, mask_phone
from zhangshu_desk.db.base import Json, Moment, SearchEntry, Synced


class Enterprise(Synced):
    """One card. `name` is today's; earlier ones stand in `enterprise_names` with their days.

    `name_key` is what spellings of the name share, `order_key` its pinyin for sorting; `former_names` repeats the
    earlier names so that the enterprise is found by them too.
    """

    __tablename__ = "enterprises"
    search_kind = "enterprise"
    searched = frozenset({"name", "former_names", "credit_code", "voided_at"})

    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text, index=True)
    order_key: Mapped[str] = mapped_column(Text, default="", index=True)
    former_names: Mapped[Any] = mapped_column(Json, default=list)
    credit_code: Mapped[str] = mapped_column(default="", index=True)
    code_reason: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    industry: Mapped[str] = mapped_column(default="")
    legal_representative: Mapped[str] = mapped_column(default="")
    founded_on: Mapped[date | None] = mapped_column(default=None)
    notes: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[Moment]
    voided_at: Mapped[Moment | None] = mapped_column(default=None)
    void_reason: Mapped[str] = mapped_column(default="")

    def search_entry(self) -> SearchEntry | None:
        if self.voided_at is not None:
            return None
        codes = (self.credit_code,) if self.credit_code else ()
        names = (self.name, *(self.former_names or ()))
        return SearchEntry(self.name, self.credit_code or "未登记信用代码", names, codes)


class EnterpriseName(Synced):
    """A name and the days it was borne; `valid_until` is the last day, None = still. Voided = entered by mistake."""

    __tablename__ = "enterprise_names"

    enterprise_id: Mapped[str] = mapped_column(ForeignKey("enterprises.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text, default="", index=True)
    valid_from: Mapped[date | None] = mapped_column(default=None)
    valid_until: Mapped[date | None] = mapped_column(default=None)
    voided_at: Mapped[Moment | None] = mapped_column(default=None)


class Contact(Synced):
    """A person of an enterprise. `phone` may hold several numbers, separated by `/`.

    `enterprise_name` is copied so that a search result can say whose contact it is.
    """

    __tablename__ = "contacts"
    search_kind = "person"
    searched = frozenset({"enterprise_name", "name", "phone", "role", "voided_at"})

    enterprise_id: Mapped[str] = mapped_column(ForeignKey("enterprises.id"), index=True)
    enterprise_name: Mapped[str] = mapped_column(Text)
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="")
    is_main: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment]
    voided_at: Mapped[Moment | None] = mapped_column(default=None)

    def search_entry(self) -> SearchEntry | None:
        if self.voided_at is not None:
            return None
        subtitle = " · ".join(part for part in (self.enterprise_name, self.role, mask_phone(self.phone)) if part)
        phones = tuple(part for part in self.phone.split("/") if part)
        return SearchEntry(mask_name(self.name) or "（未留姓名）", subtitle, (self.name,) if self.name else (), phones)


class ImportRun(Synced):
    """One import of a file of enterprises: one transaction `tx`, undoable as one act."""

    __tablename__ = "import_runs"

    at: Mapped[Moment]
    tx: Mapped[str]
    file_name: Mapped[str]
    counts: Mapped[Any] = mapped_column(Json)
    undone_at: Mapped[Moment | None] = mapped_column(default=None)
