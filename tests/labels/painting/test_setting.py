"""How texts are set: in their area, whole, in fonts that have the characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from zhangshu_desk.labels.painting.fonts import Face, Fonts
from zhangshu_desk.labels.painting.setting import Setting, Typesetter, clean
from zhangshu_desk.labels.rules.elements import Align, Area, Fit, Style, Upright, Weight
from zhangshu_desk.labels.rules.templates import MM_PER_POINT

NOWHERE = "\U0010fffd"
"""A character that no font has: its plane is for private use."""
AREA = Area(10, 5, 30, 8)


@pytest.fixture(scope="module")
def setter(qapp: QApplication) -> Typesetter:
    """A typesetter with the fonts of this machine."""
    return Typesetter(Fonts())


def glyphs(setting: Setting) -> int:
    """How many glyphs will be drawn."""
    return sum(len(run.glyphs) for line in setting.lines for run in line.runs)


def widths(setting: Setting) -> list[tuple[float, float]]:
    """Where each line begins and ends, in millimetres."""
    em = setting.size * MM_PER_POINT
    found = []
    for line in setting.lines:
        last = line.runs[-1]
        advance = last.face.sized(1000).advancesForGlyphIndexes([last.glyphs[-1]])[0].x() / 1000
        found.append((line.x, line.x + (last.at[-1] + advance) * em))
    return found


def texts(setter: Typesetter, text: str, area: Area, style: Style) -> list[str]:
    """The lines of a text, told by their lengths."""
    setting = setter.set(text, area, style)
    found, rest = [], text
    for line in setting.lines:
        count = sum(len(run.glyphs) for run in line.runs)
        found.append(rest[:count])
        rest = rest[count:].lstrip(" ")
    return found


def test_a_text_that_fits_keeps_its_size(setter: Typesetter) -> None:
    setting = setter.set("樟树吴茱萸", AREA, Style(size=10))
    assert (setting.size, setting.fits, setting.missing) == (10, True, ())
    (line,) = setting.lines
    assert line.x == 10
    assert line.baseline == pytest.approx(5 + 0.88 * 10 * MM_PER_POINT)
    assert widths(setting)[0] == pytest.approx((10, 10 + 5 * 10 * MM_PER_POINT))


def test_a_long_text_becomes_smaller_until_it_fits(setter: Typesetter) -> None:
    setting = setter.set("樟树吴茱萸樟树吴茱萸", AREA, Style(size=10, least=6))
    assert setting.fits
    assert widths(setting)[0] == pytest.approx((10, 40), abs=0.01)
    assert glyphs(setting) == 10


def test_what_is_too_long_at_the_least_size_is_said_and_not_cut(setter: Typesetter) -> None:
    setting = setter.set("樟" * 20, AREA, Style(size=10, least=6))
    assert not setting.fits
    assert setting.excess == pytest.approx(20 * 6 * MM_PER_POINT / 30)
    assert glyphs(setting) == 20
    assert not setter.set("樟" * 9, AREA, Style(size=10, least=6, fit=Fit.REFUSE)).fits


def test_a_text_wraps_before_it_shrinks(setter: Typesetter) -> None:
    setting = setter.set("江西锦湖保险设备集团有限公司", AREA, Style(size=9, least=6, fit=Fit.WRAP))
    assert (setting.fits, setting.size, len(setting.lines)) == (True, 9, 2)
    assert setting.lines[1].baseline - setting.lines[0].baseline == pytest.approx(9 * 1.25 * MM_PER_POINT)


def test_a_line_less_is_worth_a_little_size(setter: Typesetter) -> None:
    style = Style(size=8, least=6, fit=Fit.WRAP)
    setting = setter.set("樟树天齐堂中药饮片厂", Area(0, 0, 27, 8), style)  # one character too many at 8 points
    assert len(setting.lines) == 1
    assert 8 * 0.85 <= setting.size < 8


def test_signs_of_punctuation_and_words_stay_where_they_belong(setter: Typesetter) -> None:
    style = Style(size=8, least=8, fit=Fit.WRAP)
    room = Area(0, 0, 8 * MM_PER_POINT * 4.5, 20)
    assert texts(setter, "药食同源、道地", room, style) == ["药食同", "源、道地"]
    assert texts(setter, "产地（樟树）", room, style) == ["产地", "（樟树）"]
    assert texts(setter, "规格 ABCDEF", room, style) == ["规格", "ABCDEF"]


def test_a_word_that_is_wider_than_its_area_does_not_fit(setter: Typesetter) -> None:
    setting = setter.set("GBT19857-STANDARDISED", Area(0, 0, 12, 20), Style(size=8, least=8, fit=Fit.WRAP))
    assert not setting.fits
    assert glyphs(setting) == 21


@pytest.mark.parametrize(("align", "left"), [(Align.LEFT, 10.0), (Align.CENTER, 18.65), (Align.RIGHT, 27.3)])
def test_lines_lie_where_their_style_says(setter: Typesetter, align: Align, left: float) -> None:
    setting = setter.set("樟树吴茱", AREA, Style(size=9, align=align))
    assert setting.lines[0].x == pytest.approx(left, abs=0.01)


def test_lines_lie_in_the_height_of_their_area(setter: Typesetter) -> None:
    tops = [
        setter.set("樟树", AREA, Style(size=10, valign=valign)).lines[0].baseline - 0.88 * 10 * MM_PER_POINT
        for valign in Upright
    ]
    assert tops == pytest.approx([5, 5 + (8 - 3.528) / 2, 5 + 8 - 3.528], abs=0.01)


@given(
    st.text(st.sampled_from("樟树吴茱萸（）、。·AB12 -/"), min_size=1, max_size=60).filter(lambda text: text.strip()),
    st.sampled_from(Fit),
    st.integers(8, 40),
    st.integers(3, 12),
)
def test_whatever_fits_is_whole_and_inside(qapp: QApplication, text: str, fit: Fit, width: int, height: int) -> None:
    setter = Typesetter(Fonts())
    area = Area(1, 2, width, height)
    setting = setter.set(text, area, Style(size=9, least=6, fit=fit))
    drawn = len(text.replace(" ", ""))
    assert glyphs(setting) >= drawn
    if setting.fits:
        em = setting.size * MM_PER_POINT
        assert all(left >= 1 - 0.01 and right <= 1 + width + 0.01 for left, right in widths(setting) if left < right)
        assert setting.lines[0].baseline - 0.88 * em >= 2 - 0.01
        assert setting.lines[-1].baseline + 0.12 * em <= 2 + height + 0.01


def test_a_character_that_no_font_has_is_named(setter: Typesetter) -> None:
    setting = setter.set(f"樟{NOWHERE}树{NOWHERE}", AREA, Style())
    assert setting.missing == (NOWHERE,)
    assert setting.lines == ()


def test_rare_characters_are_set_where_a_font_has_them(setter: Typesetter) -> None:
    setting = setter.set("𠮷田", AREA, Style(size=10))
    if not setting.missing:  # fonts-noto-cjk has it
        assert glyphs(setting) == 2
        assert all(one > 0 for line in setting.lines for run in line.runs for one in run.glyphs)


def test_what_the_label_font_lacks_is_taken_from_another(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    fonts = Fonts()
    family = fonts.family("sans")
    assert family is not None
    looked_up = Face._looked_up

    def without_ginger(face: Face, character: str) -> tuple[int, float] | None:
        return None if character == "姜" and face.family == family else looked_up(face, character)

    monkeypatch.setattr(Face, "_looked_up", without_ginger)
    (line,) = Typesetter(fonts).set("生姜片", AREA, Style(size=10)).lines
    assert [len(run.glyphs) for run in line.runs] == [1, 1, 1]
    first, other, last = (run.face for run in line.runs)
    assert first is last
    assert first.family == family != other.family
    assert line.runs[1].at == [pytest.approx(1, abs=0.01)]


def test_the_font_of_the_mainland_is_asked_for_by_name(qapp: QApplication) -> None:
    family = Fonts().family("sans")
    assert family is not None
    assert Face(family, Weight.BOLD).sized(20).weight() >= 600
    assert Fonts().family("No Such Family") is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\u200bb\ufeff", "ab"),
        ("樟\u00a0树\t药", "樟 树 药"),
        ("一\r\n二", "一\n二"),
        ("e\u0301", "é"),
        ("\uf9dc", "\uf9dc"),  # a compatibility form that a name may have
        ("  x ", "  x "),
    ],
)
def test_what_cannot_be_seen_is_left_out(typed: str, kept: str) -> None:
    assert clean(typed) == kept
