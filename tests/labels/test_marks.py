"""Official marks: what is taken for one, where it is kept, whose it is, and what is told when it is not here."""

from __future__ import annotations

import hashlib
import os
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import make
from tests.labels import shop as shops
from tests.labels.shop import CLERK, CODE, TODAY, Shop, png, refused
from tests.store_fixtures import NINE
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db import backup
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import actions, marks, queries
from zhangshu_desk.labels.rules.cards import UserForm

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30.5"><path d="M0 0h40v30H0z"/></svg>'


def jpeg(width: int, height: int) -> bytes:
    """Just so much of a JPEG that it is one."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    app = b"\xff\xe0" + struct.pack(">H", 4) + b"\xff\xd8"  # what looks like a beginning is passed over
    sof = b"\xff\xc0" + struct.pack(">H", 2 + len(frame)) + frame
    return b"\xff\xd8" + app + sof + b"\xff\xda" + struct.pack(">H", 4) + b"\0\0" + b"data" + b"\xff\xd9"


def pdf(folder: Path, pages: int = 1) -> bytes:
    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]  # has no types

    document = PdfDocument.new()
    for _ in range(pages):
        document.new_page(200, 100)
    document.save(folder / "made.pdf")
    document.close()
    return (folder / "made.pdf").read_bytes()


def read(folder: Path, content: bytes | str, name: str = "标志.bin") -> marks.MarkContent:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return marks.read(file)


def code_of(folder: Path, content: bytes | str) -> str:
    return refused(read, folder, content).code


def test_what_a_file_is_and_in_which_proportions(tmp_path: Path) -> None:
    for content, media_type, size in (
        (png(300, 250), "image/png", (300, 250)),
        (jpeg(640, 480), "image/jpeg", (640, 480)),
        (SVG, "image/svg+xml", (40_000, 30_500)),
        ('\ufeff<?xml version="1.0"?>' + SVG, "image/svg+xml", (40_000, 30_500)),
        ('<svg xmlns="http://www.w3.org/2000/svg" width="12mm" height="8mm"/>', "image/svg+xml", (12_000, 8_000)),
        (pdf(tmp_path), "application/pdf", (200_000, 100_000)),
    ):
        found = read(tmp_path, content)
        assert (found.media_type, (found.width, found.height)) == (media_type, size)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "label.mark_format"),
        (b"GIF89a" + b"\0" * 50, "label.mark_format"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "label.mark_format"),
        ("<html><body>svg</body></html>", "label.mark_broken"),
        (png(600, 150), "label.mark_small"),
        (png()[:-20], "label.mark_broken"),
        (png().replace(b"IDAT", b"IDAX"), "label.mark_broken"),
        (png()[:16] + b"\0\0\0\0" + png()[20:], "label.mark_broken"),
        (jpeg(100, 600), "label.mark_small"),
        (jpeg(600, 600)[:-2], "label.mark_broken"),
        (b"\xff\xd8\xff", "label.mark_broken"),
        ("<svg", "label.mark_broken"),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "label.mark_broken"),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 9"/>', "label.mark_broken"),
        (SVG.replace("<path", "<text>9136</text><path"), "label.mark_text"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG, "label.mark_broken"),
        (b"%PDF-1.4\nnot really", "label.mark_broken"),
    ],
)
def test_what_is_no_mark(tmp_path: Path, content: bytes | str, code: str) -> None:
    assert code_of(tmp_path, content) == code


def test_a_document_of_several_pages_is_none(tmp_path: Path) -> None:
    assert code_of(tmp_path, pdf(tmp_path, pages=2)) == "label.mark_broken"


def test_too_big_or_not_there(tmp_path: Path) -> None:
    assert refused(marks.read, tmp_path / "nowhere.png").code == "label.mark_missing"
    big = tmp_path / "big.png"
    with big.open("wb") as out:
        out.truncate(marks.MOST_BYTES + 1)
    assert refused(marks.read, big).code == "label.mark_too_big"


@given(st.binary(max_size=200), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"<svg ", png()[:40]]))
def test_no_bytes_whatever_are_a_bug(tmp_path_factory: pytest.TempPathFactory, content: bytes, start: bytes) -> None:
    with pytest.raises(DeskError):
        read(tmp_path_factory.getbasetemp(), start + content)


# -- the store ---------------------------------------------------------------------------------------------------------


def test_a_file_is_kept_as_it_was(store: Store, tmp_path: Path) -> None:
    found = read(tmp_path, png())
    kept = marks.keep(store.paths.marks, found)
    assert kept.read_bytes() == png()
    assert kept.name == hashlib.sha256(png()).hexdigest() + ".png"
    if os.name == "posix":
        assert kept.stat().st_mode & 0o077 == 0
    assert marks.keep(store.paths.marks, found) == kept
    assert [one.name for one in store.paths.marks.iterdir()] == [kept.name]
    assert marks.find(store.paths.marks, found.sha256) == kept
    assert marks.checked(store.paths.marks, found.sha256) == kept


def test_missing_and_changed_are_told_apart(store: Store, tmp_path: Path) -> None:
    found = read(tmp_path, png())
    assert refused(marks.checked, store.paths.marks, found.sha256).code == "label.mark_not_here"
    kept = marks.keep(store.paths.marks, found)
    kept.chmod(0o600)
    kept.write_bytes(png(ink=9))
    assert refused(marks.checked, store.paths.marks, found.sha256).code == "label.mark_changed"
    assert marks.find(store.paths.marks, "../../desk") is None


def test_a_store_that_cannot_be_written(store: Store, tmp_path: Path) -> None:
    store.paths.marks.write_text("in the way")
    assert refused(marks.keep, store.paths.marks, read(tmp_path, png())).code == "label.mark_not_kept"


# -- the record --------------------------------------------------------------------------------------------------------


def test_the_code_in_the_picture_must_be_the_enterprises(store: Store, tmp_path: Path) -> None:
    owner = make.enterprise(store, NINE, credit_code=CODE)
    file = tmp_path / "标志.png"
    file.write_bytes(png())
    error = refused(actions.import_mark, store, CLERK, owner, file, shops.OTHER_CODE, NINE)
    assert error.code == "label.mark_code"
    assert not store.paths.marks.exists()
    without = make.enterprise(store, NINE, "樟树没有代码的厂")
    assert refused(actions.import_mark, store, CLERK, without, file, "", NINE).code == "label.mark_code"
    found = actions.import_mark(store, CLERK, owner, file, " ９１360982-MA35G8KL6C ", NINE)
    assert not found.known
    (row,) = queries.marks(store, owner)
    assert (row.credit_code, row.width, row.file_name, row.file is not None) == (CODE, 600, "标志.png", True)


def test_another_machine_takes_the_same_file_in(store: Store, shop: Shop, tmp_path: Path) -> None:
    """Its record has come with the data; only the file is put there."""
    for file in store.paths.marks.iterdir():
        file.unlink()
    assert queries.marks(store)[0].file is None
    (user,) = queries.users(store, NINE)
    assert ([one.field for one in user.problems], user.usable) == (["mark"], False)
    again = actions.import_mark(store, CLERK, shop.herbs, tmp_path / "标志.png", CODE, NINE)
    assert again == actions.ImportedMark(shop.mark, known=True)
    assert queries.marks(store)[0].file is not None
    assert queries.users(store, NINE)[0].usable


def test_the_mark_of_another_user_is_refused(store: Store, shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "别家.png"
    file.write_bytes(png(ink=3))
    code = "91360982MA38XYZ12A"
    other = actions.import_mark(store, CLERK, shop.furniture, file, code, NINE).id
    form = UserForm(shop.product, shop.herbs, TODAY, announcement_no="公告", mark_id=other)
    error = refused(actions.change_user, store, CLERK, shop.user, form, NINE)
    assert shops.fields(error) == ["mark"]
    assert "另一家企业" in str(error)


def test_a_mark_out_of_use(store: Store, shop: Shop) -> None:
    actions.void_mark(store, CLERK, shop.mark, "换发新标志", NINE)
    assert queries.marks(store) == ()
    assert len(queries.marks(store, voided=True)) == 1
    assert [one.field for one in queries.users(store, NINE)[0].problems] == ["mark"]


def test_marks_are_in_no_backup_of_the_database(store: Store, shop: Shop) -> None:
    """What the handbook says; whoever copies the folder has them."""
    made = backup.make(store, NINE)
    assert made.is_file()
    assert [one for one in store.paths.backups.rglob("*") if one.suffix == ".png"] == []
