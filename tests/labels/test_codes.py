"""Codes of labels: made, read back however they arrive, and told from forged ones."""

import contextlib
import hashlib
import hmac
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules import codes, gs1
from zhangshu_desk.labels.rules.codes import MOST, Scanned, is_genuine, link, read, serial_of, serial_text

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
DOMAIN = "t.example.cn"
GTIN = "6901234567892"
BATCH = "2026-A/7"
PLAIN = link(KEY, DOMAIN, 12_345_678)
DIGITAL = link(KEY, DOMAIN, 12_345_678, GTIN, BATCH)

serials = st.integers(1, MOST)
batches = st.one_of(st.just(""), st.text(gs1.CHARACTERS, min_size=1, max_size=20).filter(lambda b: b.strip(".")))
WIDE = {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)}


def scanned_in_wide_letters(text: str) -> str:
    return "".join(WIDE.get(char, char) for char in text)


def test_the_proof_is_80_bits_of_hmac_over_the_number_and_what_it_is_bound_to() -> None:
    number = (12_345_678).to_bytes(5, "big")
    right = hmac.new(KEY, b"zhangshu label code 1\0" + number + b"06901234567892/2026-A/7", hashlib.sha256).digest()

    assert codes.token(KEY, 12_345_678, codes.bound_to(GTIN, BATCH)) == number + right[:10]


def test_the_two_forms() -> None:
    assert PLAIN.startswith(f"https://{DOMAIN}/t/")
    assert len(PLAIN.rpartition("/")[2]) == 24
    assert DIGITAL.startswith(f"https://{DOMAIN}/01/06901234567892/10/2026-A%2F7/21/")
    assert len(DIGITAL.rpartition("/")[2]) == 20


@given(serials)
def test_a_plain_code_is_read_back(serial: int) -> None:
    scanned = read(link(KEY, DOMAIN, serial))

    assert scanned == Scanned(serial, codes.token(KEY, serial), domain=DOMAIN)
    assert is_genuine(KEY, scanned)
    assert not is_genuine(OTHER_KEY, scanned)


@given(serials, batches)
def test_a_digital_link_is_read_back(serial: int, batch: str) -> None:
    scanned = read(link(KEY, DOMAIN, serial, GTIN, batch))

    assert (scanned.serial, scanned.gtin, scanned.batch, scanned.domain) == (serial, f"0{GTIN}", batch, DOMAIN)
    assert is_genuine(KEY, scanned)
    assert not is_genuine(OTHER_KEY, scanned)


@given(serials, st.integers(0, 119))
def test_any_changed_bit_is_noticed(serial: int, bit: int) -> None:
    right = codes.token(KEY, serial)
    wrong = (int.from_bytes(right, "big") ^ 1 << bit).to_bytes(15, "big")

    with contextlib.suppress(DeskError):  # no label has the number 0
        assert not is_genuine(KEY, read(codes.plain_uri(DOMAIN, wrong)))


def test_a_token_does_not_fit_another_gtin_batch_or_form() -> None:
    right = read(DIGITAL)
    for other in (
        codes.gs1_uri(DOMAIN, "96385074", BATCH, right.token),
        codes.gs1_uri(DOMAIN, GTIN, "2026-A/8", right.token),
        codes.gs1_uri(DOMAIN, GTIN, "", right.token),
        codes.plain_uri(DOMAIN, right.token),
        codes.gs1_uri(DOMAIN, GTIN, BATCH, read(PLAIN).token),
    ):
        assert not is_genuine(KEY, read(other))


def test_tokens_of_neighbours_have_nothing_in_common_but_the_number() -> None:
    proofs = {codes.token(KEY, serial)[5:] for serial in range(1, 2_001)}

    assert len(proofs) == 2_000


ARRIVALS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "a gun's suffix": lambda text: text + "\r\n",
    "a tabulator": lambda text: text + "\t",
    "an AIM identifier": lambda text: "]Q1" + text,
    "a gun's own prefix": lambda text: "\x02QR:" + text + "\x03",
    "scanned twice": lambda text: f"{text}\r\n{text}\r\n",
    "a byte order mark": lambda text: "\ufeff" + text + "\u200b",
    "full width": scanned_in_wide_letters,
    "Chinese punctuation": lambda text: (
        text.replace(".", "。").replace("/", "、").replace(":", "：").replace("_", "——")
    ),
    "Caps Lock": str.swapcase,
    "words around it": lambda text: f"扫到：{text} 请核对",
    "shared by a chat": lambda text: f"{text}?from=groupmessage&isappinstalled=0",
    "a fragment": lambda text: text + "#top",
    "http": lambda text: text.replace("https", "http"),
}


@pytest.mark.parametrize("arrival", ARRIVALS)
@pytest.mark.parametrize("serial", [1, 7, 77_777, 12_345_678, 1 << 39, MOST])
def test_a_code_is_understood_however_it_arrives(arrival: str, serial: int) -> None:
    for uri in (link(KEY, DOMAIN, serial), link(KEY, DOMAIN, serial, GTIN, BATCH)):
        assert read(ARRIVALS[arrival](uri)) == read(uri)


@given(serials)
def test_every_code_survives_a_chinese_input_method_and_caps_lock(serial: int) -> None:
    for uri in (link(KEY, DOMAIN, serial), link(KEY, DOMAIN, serial, GTIN, "a_B-1")):
        for arrival in ("Chinese punctuation", "full width"):
            assert read(ARRIVALS[arrival](uri)) == read(uri)
    assert read(link(KEY, DOMAIN, serial).swapcase()) == read(link(KEY, DOMAIN, serial))


@pytest.mark.parametrize("changed", [str.upper, str.lower, str.swapcase])
def test_the_letters_of_a_plain_code_have_no_case(changed: Callable[[str], str]) -> None:
    assert read(changed(PLAIN)) == read(PLAIN)


def test_a_digital_link_all_in_capitals_is_not_called_forged() -> None:
    with pytest.raises(DeskError) as caught:
        read(DIGITAL.upper())

    assert caught.value.code == "label.code_unknown"


def test_a_prefix_and_a_port_belong_to_the_domain() -> None:
    for domain in ("centre.local:8443", "example.cn/zs", "example.cn/t/q"):
        assert read(link(KEY, domain, 5)).domain == domain
        assert read(link(KEY, domain, 5, GTIN, BATCH)).domain == domain


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\r\n",
        "12345678",
        "樟树吴茱萸",
        "https://example.cn/",
        PLAIN[:-1],
        PLAIN + "A",
        PLAIN.replace("/t/", "/x/"),
        f"https://{DOMAIN}/t/{'1' * 24}",
        f"https://{DOMAIN}/t/{'A' * 24}",  # number 0
        f"https://{DOMAIN}/01/0{GTIN}",
        f"https://{DOMAIN}/01/0{GTIN}/21/12345",
        f"https://{DOMAIN}/01/0{GTIN}/21/{'A' * 20}",  # number 0
        DIGITAL[:-1],
        DIGITAL[:-1] + "+",
    ],
)
def test_what_is_no_code_of_ours_is_refused(text: str) -> None:
    with pytest.raises(DeskError) as caught:
        read(text)

    assert caught.value.code == "label.code_unknown"


def test_a_digital_link_that_is_not_right_is_refused_by_its_field() -> None:
    with pytest.raises(DeskError) as caught:
        read(DIGITAL.replace(f"0{GTIN}", "06901234567893"))

    assert caught.value.code == "label.gtin_check"


@given(st.text(), st.text())
def test_no_text_raises_anything_else(before: str, after: str) -> None:
    for text in (before, f"{before}{PLAIN}{after}", f"https://{DOMAIN}/01/{before}/21/{after}", f"https://{after}"):
        with contextlib.suppress(DeskError):
            is_genuine(KEY, read(text))
        with contextlib.suppress(DeskError):
            serial_of(text)


def test_a_link_needs_a_right_domain_gtin_and_batch() -> None:
    for domain, gtin, batch, code in (
        ("https://a.cn", "", "", "label.domain"),
        (DOMAIN, "6901234567893", BATCH, "label.gtin_check"),
        (DOMAIN, GTIN, "第一批", "label.gs1_chars"),
        (DOMAIN, GTIN, "A" * 21, "label.gs1_length"),
    ):
        with pytest.raises(DeskError) as caught:
            link(KEY, domain, 1, gtin, batch)
        assert caught.value.code == code


def test_numbers_and_keys_that_cannot_be_are_bugs() -> None:
    for serial in (0, -1, MOST + 1):
        with pytest.raises(ValueError, match="number"):
            codes.token(KEY, serial)
    with pytest.raises(ValueError, match="key"):
        codes.token(b"short", 1)


@pytest.mark.parametrize(("serial", "shown"), [(1, "00000001"), (12_345_678, "12345678"), (1 << 39, "549755813888")])
def test_a_number_is_shown_with_eight_digits_at_least(serial: int, shown: str) -> None:
    assert serial_text(serial) == shown


@given(serials)
def test_a_shown_number_is_understood(serial: int) -> None:
    shown = serial_text(serial)
    for typed in (shown, f" {shown}\r\n", f"No. {shown[:4]} {shown[4:]}", f"{shown[:4]}-{shown[4:]}", f"编号：{shown}"):
        assert serial_of(typed) == serial_of(scanned_in_wide_letters(typed)) == serial


@pytest.mark.parametrize("typed", ["", "0", "ABC", "12a", "99999999999999", str(MOST + 1), PLAIN, "一二三"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(DeskError) as caught:
        serial_of(typed)

    assert caught.value.code == "label.serial_spelling"


def test_the_widest_link_has_the_same_shape() -> None:
    assert codes.widest(PLAIN) == f"https://{DOMAIN}/t/{'A' * 24}"
    assert codes.widest(DIGITAL) == f"https://{DOMAIN}/01/0{GTIN}/10/2026-A%2F7/21/{'a' * 20}"
