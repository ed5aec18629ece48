"""Files as they come: formats, encodings, delimiters; and files that are no table at all."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # has no stubs

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.spreadsheets import reading
from zhangshu_desk.core.spreadsheets.reading import read_table

FILES = Path(__file__).parents[2] / "enterprises" / "files"
CSV = "企业名称,信用代码\n樟树市𠮷祥家具厂,91360982000000019L\n"


def written(tmp_path: Path, name: str, content: bytes) -> Path:
    """A file of this name and content."""
    path = tmp_path / name
    path.write_bytes(content)
    return path


def refused(path: Path) -> str:
    """The code of the refusal; its sentence names the file and has all its facts."""
    with pytest.raises(DeskError) as told:
        read_table(path)
    assert f"「{path.name}」" in str(told.value)
    assert "〔" not in str(told.value)
    return told.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_of_csv(tmp_path: Path, encoding: str) -> None:
    sheet = read_table(written(tmp_path, "名单.csv", CSV.encode(encoding))).sheets[0]

    assert sheet.rows == (("企业名称", "信用代码"), ("樟树市𠮷祥家具厂", "91360982000000019L"))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_of_csv(tmp_path: Path, delimiter: str) -> None:
    text = '企业名称,备注\n甲厂,"一，二;三\n四"\n乙厂,\n\n丙厂\n'.replace(",", delimiter)

    rows = read_table(written(tmp_path, "a.txt", text.encode())).sheets[0].rows

    assert rows == (("企业名称", "备注"), ("甲厂", "一，二;三\n四"), ("乙厂", ""), ("", ""), ("丙厂", ""))


def test_an_old_workbook() -> None:
    sheet = read_table(FILES / "old.xls").sheets[0]

    assert sheet.name == "企业"
    assert sheet.rows[2] == ("樟树市示例家具有限公司", "91360982000000019L", "张三", 13800000001.0, date(2010, 5, 6))
    assert sheet.rows[3][0] == "樟树市𠮷祥档案装具厂"


def test_a_workbook_under_a_wrong_name_and_with_empty_sheets(tmp_path: Path) -> None:
    path = tmp_path / "list.xls"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("空")
        book.add_worksheet("企业").write(4, 2, "甲厂")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=企业!$A$1:$A$2"})
        book.add_chartsheet("图").set_chart(chart)

    table = read_table(path)

    assert [sheet.name for sheet in table.sheets] == ["企业"]
    assert table.sheets[0].rows[4][2] == "甲厂"  # row and column as in the file


def packed(*names: str) -> bytes:
    """A zip with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


def test_files_that_are_no_table(tmp_path: Path) -> None:
    good = io.BytesIO()
    with xlsxwriter.Workbook(good) as book:
        book.add_worksheet().write(0, 0, "企业名称")
    half = good.getvalue()[: len(good.getvalue()) // 2]
    ole = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2000)

    assert refused(tmp_path / "nowhere.xlsx") == "import.missing"
    assert refused(written(tmp_path, "empty.xlsx", b"")) == "import.empty"
    assert refused(written(tmp_path, "blank.csv", b" \r\n\t\n")) == "import.empty"
    assert refused(written(tmp_path, "commas.csv", b",,\n,,\n")) == "import.empty"
    assert refused(written(tmp_path, "text.xlsx", CSV.encode())) == "import.not_a_table"
    assert refused(written(tmp_path, "page.xls", b"<html><table></table></html>")) == "import.not_a_table"
    assert refused(written(tmp_path, "picture.csv", b"\x89PNG\r\n\x1a\n\x00\x00")) == "import.not_a_table"
    assert refused(written(tmp_path, "half.xlsx", half)) == "import.damaged"
    assert refused(written(tmp_path, "zip.xlsx", packed("a.txt"))) == "import.damaged"
    assert refused(written(tmp_path, "ole.xls", ole)) == "import.damaged"
    assert refused(written(tmp_path, "latin.csv", b"\xff\x80\xff,\xff\n")) == "import.encoding"
    assert refused(tmp_path) == "import.unreadable"  # a folder


def test_a_password_is_named() -> None:
    assert refused(FILES / "locked.xlsx") == "import.protected"


def test_too_big(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, "a.csv", CSV.encode() * 40)
    monkeypatch.setattr(reading, "MOST_ROWS", 50)
    assert refused(path) == "import.too_big"
    monkeypatch.setattr(reading, "MOST_BYTES", 100)
    assert refused(path) == "import.too_big"
    monkeypatch.undo()
    monkeypatch.setattr(reading, "MOST_UNPACKED", 2)
    assert refused(written(tmp_path, "bomb.xlsx", packed("a", "b", "c"))) == "import.too_big"


def test_a_wall_of_quotes_is_refused_not_crashed(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", f'企业名称,"{"长" * 200_000}"\n'.encode())

    assert refused(path) == "import.damaged"
