"""Everything that would be wrong with a label on paper is found before a number is used up."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.labels import sample
from zhangshu_desk.labels.painting.checking import check
from zhangshu_desk.labels.painting.label import LabelPainter
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.elements import Qr, Text
from zhangshu_desk.labels.rules.templates import Template

pytestmark = pytest.mark.usefixtures("qapp")
ROLL = "gi-product-60x40"


def found(template: Template, dpi: int = 203, mark: Path | None = sample.MARK, **changes: str) -> list[str]:
    """The hard problems of a label on a label printer."""
    problems = check(template, sample.data(template, **changes), dpi, mark, black_only=True)
    return [one.text for one in problems if one.hard]


DIGITAL_LINK = codes.link(sample.KEY, sample.DOMAIN, 1, "06901234567892", "MJ20261126-01")
LONG_DOMAIN = codes.link(sample.KEY, "labels." + "d" * 40 + ".example.cn", 1)


@pytest.mark.parametrize("code", [DIGITAL_LINK, LONG_DOMAIN])
@pytest.mark.parametrize("name", sample.shipped_names())
def test_shipped_templates_have_room_for_long_codes(name: str, code: str) -> None:
    template = sample.template(name)
    dpi = 203 if template.geometry.places == 1 else 600
    problems = check(template, sample.data(template, code=code), dpi, sample.mark_of(template), least_module_mm=0.25)
    assert not [one.text for one in problems if one.hard]


@pytest.mark.parametrize("name", sample.shipped_names())
def test_shipped_templates_are_right_on_the_printers_they_are_for(name: str) -> None:
    template = sample.template(name)
    is_roll = template.geometry.places == 1
    for dpi in (203, 300) if is_roll else (600,):
        data = {**sample.data(template), "serial": ""}  # the widest number of all stands in
        assert not [one for one in check(template, data, dpi, sample.mark_of(template), black_only=is_roll) if one.hard]


def test_a_text_that_is_too_long_is_named_with_what_to_do() -> None:
    (problem,) = found(sample.template(ROLL), batch_no="B" * 60)
    assert problem.startswith(f"「批号」放不下：「批号 {'B' * 60}」缩到 6 磅仍超出 ")
    assert problem.endswith("请缩短内容，或换一个模板。")


def test_a_missing_glyph_is_named_with_its_character_and_record() -> None:
    template = sample.template(ROLL)
    data = sample.data(template, place="樟\U0010fffd树")
    (problem,) = [one for one in check(template, data, 203, sample.MARK, record="第 3 行") if one.hard]
    assert problem.field == "place"
    assert problem.text.startswith("第 3 行：「产地 樟\U0010fffd树」中的「\U0010fffd」（U+10FFFD）")


def test_a_module_that_is_too_small_is_refused_with_the_size_that_would_do() -> None:
    template = sample.template("traced-60x40")
    small = replace(template, elements=tuple(one for one in template.elements if not isinstance(one, Qr)))
    code = replace(template.qr, area=replace(template.qr.area, width=9, height=9))
    template = replace(small, elements=(*small.elements, code))
    (problem,) = found(template)
    assert "二维码的位置 9 mm 太小" in problem
    (needed,) = [
        word for word in problem.replace("～", " ").split() if word.replace(".", "").isdigit() and 9 < float(word) < 20
    ][:1]
    right = replace(code, area=replace(code.area, width=float(needed), height=float(needed)))
    assert not found(replace(template, elements=(*small.elements, right)))


def test_the_printer_and_the_use_may_ask_for_larger_modules() -> None:
    template = sample.template("traced-60x40")
    data = sample.data(template)
    assert not check(template, data, 203, least_module_mm=0.5)
    (problem,) = check(template, data, 203, least_module_mm=0.6)
    assert problem.field == "code"


def test_a_mark_that_is_missing_or_no_picture_is_said(tmp_path: Path) -> None:
    template = sample.template(ROLL)
    assert found(template, mark=None) == ["没有专用标志文件。请导入该企业领到的官方标志文件，并在用标授权中选定。"]
    assert "不在本机" in found(template, mark=tmp_path / "gone.svg")[0]
    (tmp_path / "mark.svg").write_text("no picture", "utf-8")
    assert "读不出来" in found(template, mark=tmp_path / "mark.svg")[0]


def test_a_coloured_mark_on_a_label_printer_is_a_warning() -> None:
    template = sample.template(ROLL)
    warnings = [
        one for one in check(template, sample.data(template), 203, sample.MARK, black_only=True) if not one.hard
    ]
    assert [one.field for one in warnings] == ["mark"]
    assert "只能印黑色" in warnings[0].text
    assert not check(template, sample.data(template), 600, sample.MARK)


def test_type_that_black_dots_cannot_show_is_refused() -> None:
    template = sample.template("traced-60x40")
    small = [
        replace(one, style=replace(one.style, size=4, least=4)) for one in template.elements if isinstance(one, Text)
    ]
    template = replace(template, elements=(*small[:1], template.qr))
    (problem,) = found(template)
    assert "在 203 dpi 的标签机上印不清，至少要 5.0 磅" in problem
    assert not check(template, sample.data(template), 203)  # a printer with greys can


def test_a_font_that_is_not_installed_is_named() -> None:
    template = sample.template("traced-60x40")
    text = next(one for one in template.elements if isinstance(one, Text))
    other = replace(text, style=replace(text.style, font="No Such Family"))
    template = replace(template, elements=tuple(other if one is text else one for one in template.elements))
    assert found(template) == ["本机没有字体「No Such Family」。请安装，或在模板中改用 sans 或 serif。"]


def test_all_faults_come_at_once() -> None:
    template = sample.template(ROLL)
    assert len(found(template, mark=None, batch_no="B" * 60, place="\U0010fffd", product_name="樟" * 40)) == 4


def test_what_passes_the_check_can_be_painted() -> None:
    for name in sample.shipped_names():
        template = sample.template(name)
        data = sample.data(template)
        assert not [one for one in check(template, data, 600, sample.mark_of(template)) if one.hard]
        LabelPainter(template, 600, sample.mark_of(template), hinted=True).dots(data)
