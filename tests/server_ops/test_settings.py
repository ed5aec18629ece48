"""Settings: sensible without any, and a wrong one is refused by its name with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhangshu_desk.core.errors import DeskError
from zhangshu_server.settings import read


def test_nothing_set_means_a_centre_on_this_machine() -> None:
    found = read({})
    assert (found.host, found.port, found.workers, found.embedded) == ("127.0.0.1", 8843, 1, True)
    assert found.state_dir.name == "zhangshu-server"
    assert found.address == "https://127.0.0.1:8843"
    assert "localhost" in found.certificate_names


def test_everything_can_be_set(tmp_path: Path) -> None:
    pem = tmp_path / "a.pem"
    pem.touch()
    found = read(
        {
            "ZHANGSHU_DATABASE_URL": "postgres://me:pw@db/centre",
            "ZHANGSHU_STATE_DIR": str(tmp_path),
            "ZHANGSHU_HOST": "0.0.0.0",
            "ZHANGSHU_PORT": "443",
            "ZHANGSHU_WORKERS": "2",
            "ZHANGSHU_CERTIFICATE": str(pem),
            "ZHANGSHU_KEY": str(pem),
            "ZHANGSHU_CA": str(pem),
            "ZHANGSHU_NAMES": "Centre.example.cn, 10.0.0.5",
            "ZHANGSHU_LABEL_DOMAIN": "Q.example.cn/b/",
        }
    )
    assert found.label_domain == "q.example.cn/b"
    assert found.database_url == "postgresql+psycopg://me:pw@db/centre"
    assert (found.state_dir, found.port, found.workers, found.embedded) == (tmp_path, 443, 2, False)
    assert found.names == ("centre.example.cn", "10.0.0.5")
    assert found.address == "https://centre.example.cn:443"
    assert "0.0.0.0" not in found.certificate_names


def test_behind_a_proxy_the_socket_may_be_a_file() -> None:
    found = read(
        {
            "ZHANGSHU_HOST": "unix:/run/zhangshu/server.sock",
            "ZHANGSHU_BEHIND_PROXY": "1",
            "ZHANGSHU_NAMES": "centre.example.cn",
        }
    )
    assert found.socket == "/run/zhangshu/server.sock"
    assert found.address == "https://centre.example.cn"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ZHANGSHU_DATABASE_URL", "mysql://root:topsecret@db/x"),
        ("ZHANGSHU_DATABASE_URL", "nonsense"),
        ("ZHANGSHU_DATABASE_URL", "postgresql+psycopg://me:topsecret@db"),
        ("ZHANGSHU_STATE_DIR", "here"),
        ("ZHANGSHU_STATE_DIR", __file__),
        ("ZHANGSHU_HOST", "http://0.0.0.0"),
        ("ZHANGSHU_HOST", "unix:/run/x.sock"),
        ("ZHANGSHU_PORT", "70000"),
        ("ZHANGSHU_PORT", "80 80"),
        ("ZHANGSHU_WORKERS", "0"),
        ("ZHANGSHU_WORKERS", "two"),
        ("ZHANGSHU_CERTIFICATE", "/nowhere/a.pem"),
        ("ZHANGSHU_CERTIFICATE", __file__),  # without a key
        ("ZHANGSHU_CA", __file__),  # without a certificate
        ("ZHANGSHU_NAMES", "https://centre.example.cn"),
        ("ZHANGSHU_BEHIND_PROXY", "maybe"),
        ("ZHANGSHU_LABEL_DOMAIN", "https://q.example.cn"),
        ("ZHANGSHU_LABEL_DOMAIN", "樟树.中国"),
    ],
)
def test_a_wrong_value_is_refused_in_words(variable: str, value: str) -> None:
    with pytest.raises(DeskError) as refused:
        read({variable: value})
    assert refused.value.code == "centre.setting"
    named = "ZHANGSHU_KEY" if value == __file__ and variable == "ZHANGSHU_CERTIFICATE" else variable
    assert named in str(refused.value)
    assert "请" in str(refused.value)
    assert "topsecret" not in str(refused.value)


def test_plain_http_stays_on_the_machine() -> None:
    with pytest.raises(DeskError) as refused:
        read({"ZHANGSHU_BEHIND_PROXY": "1", "ZHANGSHU_HOST": "0.0.0.0"})
    assert "ZHANGSHU_HOST" in str(refused.value)
