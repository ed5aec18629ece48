"""Template files: what they may say, what is refused and how, and that reading and writing agree."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.labels.sample import data, shipped_names, template
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules.elements import (
    Align,
    Area,
    Box,
    Date,
    Fit,
    Form,
    Line,
    Qr,
    Serial,
    Style,
    Text,
    Upright,
    Weight,
    written,
)
from zhangshu_desk.labels.rules.geometries import Medium, shipped_geometries
from zhangshu_desk.labels.rules.rights import Family, Route
from zhangshu_desk.labels.rules.template_files import as_toml, parse_template
from zhangshu_desk.labels.rules.templates import Template, flaws, missing_pieces, needs, said, shows

TRACED = """
id = "own"
title = "密集架"
family = "追溯"
geometry = "roll-60x40"
[[element]]
kind = "text"
text = "{product_name}"
x = 2
y = 2
width = 30
height = 4
[[element]]
kind = "qr"
x = 34
y = 2
width = 24
height = 24
"""
GI = """
id = "own"
title = "吴茱萸"
family = "地理标志"
routes = ["地理标志产品"]
geometry = "roll-60x40"
[[element]]
kind = "mark"
x = 2
y = 2
width = 14
height = 14
[[element]]
kind = "text"
text = "{product_name} {standard_no}"
x = 18
y = 2
width = 40
height = 4
[[element]]
kind = "qr"
x = 36
y = 16
width = 22
height = 22
"""


def refusal(text: str) -> str:
    """The sentence with which a template file is refused."""
    with pytest.raises(DeskError) as caught:
        parse_template(text, "own.toml")
    assert caught.value.code == "label.bad_template"
    return str(caught.value)


def changed(text: str, old: str, new: str) -> str:
    """The file with one thing changed."""
    assert old in text
    return text.replace(old, new, 1)


def test_a_template_is_read() -> None:
    found = parse_template(TRACED, "own.toml")
    assert (found.id, found.title, found.family, found.routes) == ("own", "密集架", Family.TRACE, ())
    assert (found.width, found.height, found.medium, found.geometry.id) == (60, 40, Medium.ROLL, "roll-60x40")
    text, code = found.elements
    assert text == Text(Area(2, 2, 30, 4), "{product_name}", Style())
    assert code == found.qr == Qr(Area(34, 2, 24, 24))
    assert found.mark is None


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "own"', "id = ", "TOML 写法有误"),
        ('id = "own"', 'id = "Own!"', "id 只能用小写字母"),
        ('title = "密集架"', 'title = ""', "title 应为文字"),
        ('family = "追溯"', 'family = "礼品"', "family 应为 地理标志 或 追溯"),
        ('family = "追溯"', 'family = "追溯"\nroutes = ["证明商标"]', "routes 只用于地理标志模板"),
        ("roll-60x40", "roll-61x40", "geometry 应为 roll-40x30、"),
        ('kind = "text"', 'kind = "txt"', "第 1 个元素的 kind 应为 text、serial、date、qr、mark、line、box 之一"),
        ("x = 2", "x = true", "第 1 个元素（text）的 x 应为数"),
        ("x = 2", "x = nan", "第 1 个元素（text）的 x 应为数"),
        ("x = 2", "x = 2\ncolour = 3", "第 1 个元素（text）的 colour 不认识，可用的有"),
        ("x = 2", "x = 31", "第 1 个元素（text）的 x 超出标签（60×40 毫米）"),
        ("width = 30\n", "", "第 1 个元素（text）的 width 没有写"),
        ("width = 30", "width = 0", "第 1 个元素（text）的 width 宽和高应大于 0"),
        ("height = 4", "height = 4\nsize = 200", "第 1 个元素（text）的 size 应在 3～96 磅之间"),
        ("height = 4", "height = 4\nleast = 9", "第 1 个元素（text）的 least 应在 3 磅和字号之间"),
        ("height = 4", "height = 2", "放不下 6 磅的一行字，至少要 2.1 毫米"),
        ("height = 4", 'height = 4\nalign = "middle"', "align 应为 left、center、right 之一"),
        ("height = 4", 'height = 4\noptional = "yes"', "optional 应为 true 或 false"),
        ("{product_name}", "{name}", "没有「name」，可用的有 announcement_no、batch_no、"),
        ("{product_name}", "{product_name", "花括号写法有误"),
        ("{product_name}", "{product_name.x}", "没有「product_name.x」"),
        ("{product_name}", "{product_name:>9}", "花括号写法有误"),
        ("{product_name}", "{code}", "没有「code」"),
        ("{product_name}", "地理标志产品 {product_name}", "不能写「地理标志」之类的字样"),
        ('kind = "qr"', 'kind = "mark"', "应正好有一个二维码（qr），现有 0 个"),
        ("x = 34", "x = 30", "第 1 个元素（text）的 x 压在二维码（含四周静区）上"),
        ("height = 24", 'height = 24\nlevel = "X"', "第 2 个元素（qr）的 level 应为 L、M、Q、H 之一"),
        ("height = 24", "height = 24\nleast = 0.1", "第 2 个元素（qr）的 least 应在 0.2～2 毫米之间"),
    ],
)
def test_what_is_wrong_is_named_with_file_element_and_remedy(old: str, new: str, says: str) -> None:
    said = refusal(changed(TRACED, old, new))
    assert said.startswith("标签模板 own.toml 不能用：")
    assert says in said


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('kind = "mark"', 'kind = "box"', "应正好有一个专用标志（mark），现有 0 个"),
        ('routes = ["地理标志产品"]\n', "", "routes 应写明用于哪种保护方式"),
        ("{product_name} {standard_no}", "{product_name}", "缺少地理标志产品必须标明的标准号或批准公告号"),
        ("{product_name} {standard_no}", "{standard_no}", "缺少地理标志产品必须标明的地理标志名称"),
        ('["地理标志产品"]', '["证明商标"]', "缺少证明商标必须标明的商标名称"),
        ("x = 18", "x = 15", "压在专用标志上，请移开"),
    ],
)
def test_a_gi_template_has_its_mark_for_itself_and_the_pieces_of_its_route(old: str, new: str, says: str) -> None:
    assert says in refusal(changed(GI, old, new))


def test_a_traced_template_never_has_the_mark() -> None:
    mark = '[[element]]\nkind = "mark"\nx = 2\ny = 20\nwidth = 14\nheight = 14\n'
    assert "是追溯模板，不能有专用标志（mark）" in refusal(TRACED + mark)


def test_a_box_may_stand_around_the_code_but_not_across_it() -> None:
    box = '[[element]]\nkind = "box"\nx = {}\ny = 1.5\nwidth = 25\nheight = 25\n'
    assert parse_template(TRACED + box.format(33.5), "own.toml")
    assert "第 3 个元素（box）的 x 压在二维码" in refusal(TRACED + box.format(34.5))


def test_a_text_that_may_not_shrink_keeps_its_size() -> None:
    small = changed(TRACED, "height = 4", "height = 4\nsize = 5")
    refusing = changed(TRACED, "height = 4", 'height = 4\nfit = "refuse"')
    found = [parse_template(text, "own.toml").elements[0] for text in (small, refusing)]
    assert [one.style.least for one in found if isinstance(one, Text)] == [5, 8]


@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_template_is_right_and_written_as_it_is_read(name: str) -> None:
    found = template(name)
    assert found.id == name
    assert not flaws(found)
    assert parse_template(as_toml(found), "again.toml") == found
    assert {"code", "serial", "product_name" if Route.PRODUCT in found.routes else "enterprise_name"} <= needs(found)
    assert not missing_pieces(found, data(found))


def test_the_shipped_templates_are_those_that_are_needed() -> None:
    found = [template(name) for name in shipped_names()]
    offered = {(one.family, one.routes[:1], one.geometry.id) for one in found}
    product, trademark, none = (Route.PRODUCT,), (Route.COLLECTIVE,), ()
    assert offered >= {
        (Family.GI, product, "roll-60x40"),
        (Family.GI, trademark, "roll-70x50"),
        (Family.TRACE, none, "roll-60x40"),
        (Family.GI, product, "a4-3x8"),
        (Family.TRACE, none, "a4-3x8"),
        (Family.TRACE, none, "a4-5x13"),
        (Family.TRACE, none, "a4-2x5"),
    }


_column = st.just(Area(2, 2, 30, 20))
_styles = st.builds(
    Style,
    font=st.sampled_from(["sans", "serif", "FangSong"]),
    size=st.integers(12, 40).map(lambda n: n / 2),
    weight=st.sampled_from(Weight),
    align=st.sampled_from(Align),
    valign=st.sampled_from(Upright),
    fit=st.sampled_from(Fit),
    least=st.just(6.0),
    spacing=st.sampled_from([1.0, 1.25, 2.0]),
)
_letters = st.characters(exclude_characters="{}", exclude_categories=["Cs"])
_words = st.text(_letters, min_size=1).filter(str.strip)
_elements = st.one_of(
    st.builds(Text, _column, _words, _styles, st.booleans()),
    st.builds(Serial, _column, st.just("No. {serial}"), _styles, st.booleans()),
    st.builds(Date, _column, st.sampled_from(["made_on", "expires_on"]), _words, st.sampled_from(Form), _styles),
    st.builds(Line, st.just(2.0), st.just(30.1), st.integers(3, 59), st.just(30.1), st.just(0.25)),
    st.builds(Box, _column, st.just(0.3), st.integers(0, 3)),
)


@given(
    st.builds(
        Template,
        id=st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
        title=st.text(_letters, min_size=1, max_size=40).filter(str.strip),
        family=st.just(Family.TRACE),
        geometry=st.just(shipped_geometries()["roll-60x40"]),
        elements=st.lists(_elements, max_size=5).map(lambda some: (*some, Qr(Area(34, 2, 24, 24), "Q", 0.375))),
        locked=st.booleans(),
    )
)
def test_whatever_is_right_can_be_written_and_read_again(template: Template) -> None:
    assert not flaws(template)
    assert parse_template(as_toml(template), "any.toml") == template


def test_an_optional_text_is_left_out_when_one_of_its_values_is_empty() -> None:
    text = Text(Area(0, 0, 10, 4), "型号 {model}（{spec}）", optional=True)
    assert said(text, {"model": "A", "spec": "B"}) == "型号 A（B）"
    assert said(text, {"model": "A", "spec": ""}) == ""
    assert said(replace(text, optional=False), {"model": "A"}) == "型号 A（）"


def test_needs_leaves_out_what_is_optional() -> None:
    found = template("traced-60x40")
    assert needs(found) == {"code", "serial", "product_name", "enterprise_name", "batch_no", "made_on"}
    assert shows(found) - needs(found) == {"model", "spec", "standard_no", "place"}


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (Form.PLAIN, "2026-01-05"),
        (Form.CHINESE, "2026年1月5日"),
        (Form.DOTS, "2026.01.05"),
        (Form.DIGITS, "20260105"),
    ],
)
def test_dates_are_written_in_their_form(form: Form, expected: str) -> None:
    assert written("2026-01-05", form) == expected
    assert written("见瓶底", form) == "见瓶底"


def test_a_missing_piece_is_found_in_the_data_too() -> None:
    found = template("gi-product-60x40")
    assert missing_pieces(found, data(found, standard_no="")) == []
    assert missing_pieces(found, data(found, standard_no="", announcement_no="")) == [
        ("standard_no", "announcement_no")
    ]
    assert missing_pieces(found, data(found, route=Route.CERTIFICATION)) == [("trademark_name",), ("registration_no",)]
