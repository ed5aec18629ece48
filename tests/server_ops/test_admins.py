"""The people of the centre: no account by itself, lock-out, sessions that end, and a log that shows tampering."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, select, text, update

from tests.store_fixtures import NINE
from zhangshu_desk.core.clock import HOUR, MINUTE
from zhangshu_desk.core.errors import DeskError
from zhangshu_server import acts, admins
from zhangshu_server.tables import admins as admins_table
from zhangshu_server.tables import centre_acts, sessions

PASSWORD = "correct horse battery"


@pytest.fixture
def head(engine: Engine) -> str:
    """The login of an account with `PASSWORD`."""
    assert admins.add(engine, "Head", PASSWORD, NINE)
    return "head"


def refused(engine: Engine, password: str, now: int, login: str = "head") -> str:
    """The code with which a log-in is refused."""
    with pytest.raises(DeskError) as error:
        admins.log_in(engine, login, password, now)
    return error.value.code


def test_there_is_no_account_at_first(engine: Engine) -> None:
    with engine.connect() as connection:
        assert not admins.exist(connection)
    for login, password in (("admin", "admin"), ("", ""), ("command-line", "")):
        assert refused(engine, password, NINE, login) == "centre.wrong_login"


def test_the_password_is_kept_as_argon2id_only(engine: Engine, head: str) -> None:
    with engine.connect() as connection:
        row = connection.execute(select(admins_table)).one()
        log = connection.execute(text("SELECT string_agg(facts::text, ' ') FROM centre_acts")).scalar_one()
    assert row.password_hash.startswith("$argon2id$")
    assert PASSWORD not in row.password_hash + log


def test_logging_in_gives_a_session(engine: Engine, head: str) -> None:
    token = admins.log_in(engine, " ＨＥＡＤ ", PASSWORD, NINE)
    found = admins.session(engine, token, NINE)
    assert found is not None
    assert found.login == head
    assert len(found.csrf) >= 32
    assert admins.session(engine, token + "x", NINE) is None
    with engine.connect() as connection:
        assert token.encode() not in connection.execute(select(sessions.c.token_hash)).scalar_one()


def test_a_session_ends_when_idle_and_after_half_a_day(engine: Engine, head: str) -> None:
    token = admins.log_in(engine, head, PASSWORD, NINE)
    assert admins.session(engine, token, NINE + 29 * MINUTE)
    assert admins.session(engine, token, NINE + 58 * MINUTE)
    assert admins.session(engine, token, NINE + 89 * MINUTE) is None

    token, now = admins.log_in(engine, head, PASSWORD, NINE), NINE
    while now < NINE + 12 * HOUR - 20 * MINUTE:
        now += 20 * MINUTE
        assert admins.session(engine, token, now)
    assert admins.session(engine, token, NINE + 12 * HOUR + 1) is None


def test_logging_out_ends_it(engine: Engine, head: str) -> None:
    token = admins.log_in(engine, head, PASSWORD, NINE)
    admins.log_out(engine, token, NINE)
    assert admins.session(engine, token, NINE) is None


def test_a_new_password_ends_all_sessions(engine: Engine, head: str) -> None:
    token = admins.log_in(engine, head, PASSWORD, NINE)
    assert not admins.add(engine, head, "another long password", NINE)
    assert admins.session(engine, token, NINE) is None
    assert refused(engine, PASSWORD, NINE) == "centre.wrong_login"
    assert admins.log_in(engine, head, "another long password", NINE)


def test_five_failures_lock_for_a_quarter_of_an_hour(engine: Engine, head: str) -> None:
    for _ in range(5):
        assert refused(engine, "wrong", NINE) == "centre.wrong_login"
    assert refused(engine, PASSWORD, NINE) == "centre.locked"
    assert refused(engine, PASSWORD, NINE + 15 * MINUTE - 1) == "centre.locked"
    assert admins.log_in(engine, head, PASSWORD, NINE + 15 * MINUTE)


def test_a_success_forgives_failures(engine: Engine, head: str) -> None:
    for _ in range(3):
        for _ in range(4):
            refused(engine, "wrong", NINE)
        assert admins.log_in(engine, head, PASSWORD, NINE)


@pytest.mark.parametrize("login", ["", "x", "a b", "a/b", "x" * 40])
def test_a_strange_login_is_refused(engine: Engine, login: str) -> None:
    with pytest.raises(DeskError) as error:
        admins.add(engine, login, PASSWORD, NINE)
    assert error.value.code == "centre.login_spelling"


def test_a_short_password_is_refused(engine: Engine) -> None:
    with pytest.raises(DeskError) as error:
        admins.add(engine, "head", "short", NINE)
    assert error.value.code == "centre.password_short"
    assert len(admins.random_password()) > 20
    assert admins.random_password() != admins.random_password()


def test_a_changed_or_missing_entry_of_the_log_is_found(engine: Engine, head: str) -> None:
    for _ in range(3):
        admins.log_in(engine, head, PASSWORD, NINE)
    with engine.begin() as connection:
        assert acts.broken(connection) == []
        ids = [one.id for one in acts.recent(connection, 10)]
        connection.execute(update(centre_acts).where(centre_acts.c.id == ids[1]).values(login="nobody"))
        assert acts.broken(connection) == [ids[1]]
        connection.execute(centre_acts.delete().where(centre_acts.c.id == ids[1]))
        assert acts.broken(connection) == [ids[0]]


def test_an_unknown_act_cannot_be_written(engine: Engine) -> None:
    with engine.begin() as connection, pytest.raises(ValueError, match="unknown act"):
        acts.record(connection, "head", "admin.fly", {}, NINE)
