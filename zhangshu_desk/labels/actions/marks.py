"""Official marks: a user's own file is taken into the store, and out of use again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.identifiers import normalise_credit_code
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.db.tables.labels import GiMark
from zhangshu_desk.labels import marks, records

LONGEST_NAME = 120


@dataclass(frozen=True)
class ImportedMark:
    """A mark that is at this machine now; `known`: its record was there already, only the file was missing or kept."""

    id: str
    known: bool


def import_mark(store: Store, actor: Actor, enterprise_id: str, file: Path, typed_code: str, now: int) -> ImportedMark:
    """Take an enterprise's mark file into the store; the file stays as it is.

    At another machine the same file again only puts it there: its record came with the data.

    Args:
        typed_code: the credit code as a person reads it in the picture.

    Raises:
        DeskError: what `marks.read` and `marks.keep` refuse; `label.gone`; `label.mark_code`: the code in the picture
            is not the enterprise's, so the mark is another one's.
    """
    mark = marks.read(file)
    code = normalise_credit_code(typed_code)
    with store.read() as session:
        _owner(session, enterprise_id, code)
    marks.keep(store.paths.marks, mark)  # before the record: a file too many does no harm, one too few does
    with store.write(actor, "gi.mark_import", now) as session:
        enterprise = _owner(session, enterprise_id, code)
        same = select(GiMark).where(
            GiMark.enterprise_id == enterprise_id, GiMark.sha256 == mark.sha256, GiMark.voided_at.is_(None)
        )
        known = session.scalars(same.order_by(GiMark.id)).first()
        if known is not None:
            session.about("gi_marks", known.id, "本机存入同一文件")
            return ImportedMark(known.id, known=True)
        row = GiMark(
            id=session.new_id(),
            enterprise_id=enterprise_id,
            enterprise_name=enterprise.name,
            credit_code=code,
            file_name=mark.name[-LONGEST_NAME:],
            media_type=mark.media_type,
            sha256=mark.sha256,
            width=mark.width,
            height=mark.height,
            imported_at=now,
        )
        session.add(row)
        session.about("gi_marks", row.id)
        return ImportedMark(row.id, known=False)


def void_mark(store: Store, actor: Actor, mark_id: str, reason: str, now: int) -> None:
    """Let no more labels be printed with a mark; its file stays in the store.

    Raises:
        DeskError: `label.gone`, `label.voided`, `label.reason_missing`.
    """
    with store.write(actor, "gi.mark_void", now) as session:
        records.void(session, records.live(session, GiMark, mark_id), reason)


def _owner(session: Session, enterprise_id: str, code: str) -> Enterprise:
    """The enterprise whose code stands in the picture."""
    enterprise = session.get(Enterprise, enterprise_id)
    if enterprise is None or enterprise.voided_at is not None:
        raise DeskError("label.gone", what="企业")
    known = enterprise.credit_code
    if not known or code != known:
        none = "（空）"
        raise DeskError("label.mark_code", name=enterprise.name[:40], known=known or none, found=code or none)
    return enterprise
