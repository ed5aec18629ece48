"""QR symbols: the same, module by module, as the library's, read back by a reader, and of whole printer dots."""

import contextlib
import random
import string
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from qrcode import QRCode, util  # type: ignore[import-untyped]  # has no types

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.qr import frames, masks, segments
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.symbols import LEVELS, QUIET_ZONE, Symbol, fitting, modules_across, symbol, version_of

KEY = bytes(range(32))
DOMAIN = "t.example.cn"
GTIN = "6901234567892"
MODES = (segments.BYTES, segments.LETTERS, segments.NUMERIC)


def plain(serial: int) -> str:
    return codes.link(KEY, DOMAIN, serial)


def digital(serial: int) -> str:
    return codes.link(KEY, "label.example.cn", serial, GTIN, f"2026-{serial % 13}A")


def of_the_library(text: str, level: str, least_version: int = 1) -> QRCode:
    """The library's own symbol of the same segments, with its own search for a version and a mask."""
    made = QRCode(version=least_version, error_correction=LEVELS[level])
    for segment in segments.plan(text, LEVELS[level], least_version).segments:
        made.add_data(util.QRData(segment.data, segment.mode, check_data=False))
    made.make(fit=True)
    return made


def assert_same(ours: Symbol, library: QRCode) -> None:
    modules = np.array(library.modules, bool)
    assert ours.version == library.version
    assert ours.modules.shape == modules.shape
    assert (ours.modules == modules).all()


def picture(made: Symbol, dots: int = 3) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    quiet = np.pad(~made.modules, QUIET_ZONE, constant_values=True)
    return (quiet.repeat(dots, 0).repeat(dots, 1) * 255).astype(np.uint8)


def read(made: Symbol) -> list[str]:
    """What the QR symbols in its picture say; other kinds of codes a reader may see in any pattern of bars."""
    only_qr = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return [found.bytes.decode() for found in zxingcpp.read_barcodes(picture(made), formats=only_qr)]


@pytest.mark.parametrize("form", [plain, digital])
def test_the_mask_is_the_librarys_own_choice_on_a_thousand_codes(form: Callable[[int], str]) -> None:
    chosen = set()
    for serial in range(1, 501):
        text = form(serial * 104_729)
        ours = symbol(text)
        assert_same(ours, of_the_library(text, "M"))  # its format says which mask it is
        chosen.add(ours.mask)
    assert chosen == set(frames.MASKS)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("version", range(1, 11))
def test_every_version_and_level_is_the_librarys(version: int, level: str) -> None:
    chance = random.Random(f"{version} {level}")
    letters = [string.digits, util.ALPHA_NUM.decode(), string.printable]
    for _ in range(6):
        alphabet = chance.choice(letters)
        text = "".join(chance.choice(alphabet) for _ in range(chance.randint(1, 4 * version)))
        assert_same(symbol(text, level, version), of_the_library(text, level, version))


@pytest.mark.parametrize(("version", "level"), [(14, "L"), (27, "Q"), (40, "M")])
def test_large_versions_are_the_librarys_too(version: int, level: str) -> None:
    text = "樟树" * 9 + "A1" * 40 + "7" * 50

    assert_same(symbol(text, level, version), of_the_library(text, level, version))


mixed = st.lists(st.text(string.digits, max_size=9) | st.text("AZ09 :/", max_size=9) | st.text(max_size=5)).map("".join)


@settings(max_examples=60)
@given(mixed.filter(bool), st.sampled_from(sorted(LEVELS)))
def test_any_text_is_the_librarys(text: str, level: str) -> None:
    assert_same(symbol(text, level), of_the_library(text, level))


@settings(max_examples=60)
@given(mixed.filter(bool))
def test_any_text_is_read_back(text: str) -> None:
    assert read(symbol(text)) == [text]


@pytest.mark.parametrize("level", LEVELS)
def test_codes_are_read_back(level: str) -> None:
    for serial in range(1, 101):
        for text in (plain(serial), digital(serial)):
            assert read(symbol(text, level)) == [text]


def test_the_penalty_is_the_librarys_for_each_mask() -> None:
    text = digital(77)
    made = of_the_library(text, "M")
    frame = frames.frame(made.version, LEVELS["M"])
    placed = masks.number(frame.placed(segments.packed(segments.plan(text, LEVELS["M"]), LEVELS["M"])))
    for mask in frames.MASKS:
        made.makeImpl(True, mask)
        assert masks.lost_points(frame.drafts[mask] ^ placed, frame.width) == util.lost_point(made.modules)


@settings(max_examples=30)
@given(st.integers(21, 45), st.randoms(use_true_random=False), st.floats(0, 1))
def test_the_penalty_is_the_librarys_for_any_picture(width: int, chance: random.Random, share: float) -> None:
    modules = [[chance.random() < share for _ in range(width)] for _ in range(width)]
    line = frames.both_ways(np.array(modules, np.uint8))

    assert masks.lost_points(masks.number(line), width) == util.lost_point(modules)


@pytest.mark.parametrize(
    "row", ["10111010000", "00001011101", "000010111010000", "1011101000010111010000", "111110000011"]
)
def test_the_penalty_sees_finder_patterns_as_the_library_does(row: str) -> None:
    width = 25
    for at in range(width - len(row) + 1):
        modules = [[(r + c) % 2 == 0 for c in range(width)] for r in range(width)]
        modules[12][at : at + len(row)] = [char == "1" for char in row]
        for turned in (modules, [list(column) for column in zip(*modules, strict=True)]):
            line = frames.both_ways(np.array(turned, np.uint8))
            assert masks.lost_points(masks.number(line), width) == util.lost_point(turned)


def test_a_plain_code_has_29_modules() -> None:
    for serial in range(1, codes.MOST, codes.MOST // 200):
        made = symbol(codes.link(KEY, "abc.zhang.cn", serial))
        assert made.version == 3
        assert made.modules.shape == (29, 29)
    assert version_of(codes.link(KEY, "thirteen13.cn", 1)) == 3
    assert version_of(codes.link(KEY, "fourteen-14.cn", 1)) == 4


def cheapest(data: bytes, version: int) -> int:
    """Bits of the cheapest segments, by trying all ways to cut the text."""
    sizes = util.mode_sizes_for_version(version)
    best = [0] + [10**9] * len(data)
    for end in range(1, len(data) + 1):
        for start in range(end):
            part = data[start:end]
            for mode in MODES:
                if (mode == segments.NUMERIC and not part.isdigit()) or (
                    mode == segments.LETTERS and not util.RE_ALPHA_NUM.match(part)
                ):
                    continue
                digits = len(part) // 3 * 10 + (0, 4, 7)[len(part) % 3]
                bits = {segments.BYTES: 8 * len(part), segments.LETTERS: (11 * len(part) + 1) // 2}.get(mode, digits)
                best[end] = min(best[end], best[start] + 4 + sizes[mode] + bits)
    return best[-1]


def planned_bits(text: str) -> Iterator[int]:
    plan = segments.plan(text, LEVELS["L"])
    sizes = util.mode_sizes_for_version(plan.version)
    for segment in plan.segments:
        buffer = util.BitBuffer()
        util.QRData(segment.data, segment.mode, check_data=False).write(buffer)
        yield 4 + sizes[segment.mode] + len(buffer)


@pytest.mark.parametrize("form", [plain, digital])
def test_no_other_cut_would_take_fewer_bits(form: Callable[[int], str]) -> None:
    for serial in (1, 77, 123_456, 987_654_321):
        text = form(serial)
        assert sum(planned_bits(text)) == cheapest(text.encode(), version_of(text, "L"))


def test_no_label_of_a_batch_needs_a_larger_symbol_than_the_widest() -> None:
    for form in (plain, digital):
        versions = {symbol(form(serial)).version for serial in range(1, 400)}
        assert max(versions) <= version_of(codes.widest(form(1)))


def test_a_batch_may_ask_for_one_size() -> None:
    small = symbol(plain(1), least_version=5)

    assert small.version == 5
    assert read(small) == [plain(1)]


def test_a_symbol_cannot_be_changed() -> None:
    made = symbol(plain(1))

    with pytest.raises(ValueError, match="read-only"):
        made.modules[0, 0] = False


def test_a_text_too_long_is_refused() -> None:
    with pytest.raises(DeskError) as caught:
        symbol("x" * 3_000)

    assert caught.value.code == "label.symbol_full"
    with pytest.raises(ValueError, match="no text"):
        symbol("")


@pytest.mark.parametrize(
    ("version", "box", "dpi", "dots", "size"),
    [
        (3, 20.0, 203, 4, 37 * 4 * 25.4 / 203),
        (3, 18.52, 203, 4, 18.518),
        (3, 18.51, 203, 3, 37 * 3 * 25.4 / 203),
        (3, 37 * 3 * 25.4 / 300, 300, 3, 9.398),
        (5, 30.0, 300, 7, 26.67),
        (1, 1_000.0, 600, 814, 999.3),
    ],
)
def test_modules_are_as_many_whole_dots_as_the_box_takes(
    version: int, box: float, dpi: int, dots: int, size: float
) -> None:
    fit = fitting(version, box, dpi)

    assert fit.dots == dots
    assert fit.size_mm == pytest.approx(size, abs=0.1)
    assert fit.size_mm <= box + 1e-6
    assert fit.module_mm == pytest.approx(fit.dots * 25.4 / dpi)


@given(
    st.integers(1, 10),
    st.floats(1, 60),
    st.sampled_from([203, 203.2, 300, 305, 600]),
    st.floats(0.2, 1),
    st.integers(1, 4),
)
def test_a_box_too_small_is_refused_with_the_size_that_would_do(
    version: int, box: float, dpi: float, least: float, least_dots: int
) -> None:
    with contextlib.suppress(DeskError):
        fit = fitting(version, box, dpi, least, least_dots)
        assert fit.module_mm >= least - 1e-6
        assert fit.dots >= least_dots
        assert fit.size_mm <= box + 1e-6
        assert fit.size_mm == pytest.approx((modules_across(version) + 2 * QUIET_ZONE) * fit.module_mm)
        return
    with pytest.raises(DeskError) as caught:
        fitting(version, box, dpi, least, least_dots)
    would_do = float(str(caught.value.facts["needed"]))
    fitting(version, would_do, dpi, least, least_dots)
    with pytest.raises(DeskError):
        fitting(version, would_do - 0.11, dpi, least, least_dots)
