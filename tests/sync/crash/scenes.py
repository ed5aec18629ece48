"""Situations in which station or centre die: what was there before, what is being done, what comes of it afterwards."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise

from tests.sync.crash import children
from tests.sync.crash.children import SERIALS, UNREACHABLE, VERIFIER, FileVault
from tests.sync.crash.yard import DIED, Yard, ended
from tests.sync.park import Rig
from zhangshu_desk.core.clock import DAY, MINUTE
from zhangshu_desk.db import serials
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.sync import applying, books
from zhangshu_server import epochs

BATCH = 100


class Scene:
    """Stations `rig` and `other` are in step; `rig` works and synchronises.

    Attributes:
        deed: what `rig` does. excused, restored: for `Yard.recover`.
    """

    deed = "cycle"

    def __init__(self, yard: Yard) -> None:
        self.yard = yard
        self.rig, self.other = yard.park.rigs
        self.detail = ""
        self.excused: frozenset[str] = frozenset()
        self.restored: frozenset[str] = frozenset()
        self.prepare()

    def prepare(self) -> None:
        """Bring the situation about."""

    def act(self, failpoint: str = "") -> int:
        """Do the deed in a process that dies at `failpoint`; its exit status."""
        return self.yard.send(self.rig, self.deed, self.detail, failpoint)

    def let_the_centre_die(self, failpoint: str) -> None:
        """Do the deed while the centre dies; it is started again."""
        self.yard.kill()
        self.yard.start(failpoint)
        assert self.act() == UNREACHABLE
        self.yard.await_death()
        self.yard.start()

    def again(self) -> None:
        """What people do afterwards besides letting the stations synchronise."""

    def check(self) -> None:
        """What must have come of it besides what holds always."""

    def make_firms(self, rig: Rig, count: int) -> None:
        """Enterprises in one act."""
        now = rig.clock.forward(MINUTE)
        with rig.store.write(rig.clerk, "enterprise.add", now) as session:
            for number in range(count):
                name = f"批量{now}{number}"
                session.insert(Enterprise(id=session.new_id(), name=name, name_key=name, created_at=now))


class Push(Scene):
    """What was done goes up, with a new password."""

    def prepare(self) -> None:
        with self.rig.store.merge() as merge:
            merge.db.execute(
                "INSERT INTO credentials (user_id, password_hash, changed_at, must_change, failures)"
                " VALUES (?, ?, ?, 0, 0)",
                (self.rig.clerk.user_id, VERIFIER, self.rig.clock.now()),
            )

    def check(self) -> None:
        with self.other.store.read() as session:
            sql = "SELECT password_hash FROM credentials WHERE user_id = ?"
            assert bare(session).execute(sql, (self.rig.clerk.user_id,)).fetchall() == [(VERIFIER,)]


class Pages(Scene):
    """The other station did much: three pages, staged and applied at once, and indexed afterwards."""

    def prepare(self) -> None:
        self.make_firms(self.other, BATCH)
        self.other.cycle()

    def check(self) -> None:
        with self.rig.store.read() as session:
            assert bare(session).execute("SELECT count(*) FROM index_tasks").fetchone() == (0,)
            found = bare(session).execute("SELECT count(*) FROM enterprises WHERE name LIKE '批量%'").fetchone()
            assert found == (BATCH,)


class Snapshot(Scene):
    """A newer program reads everything anew, in several pages."""

    def prepare(self) -> None:
        with self.rig.store.merge() as merge:
            books.say(merge.db, sync_schema=1)


class Expired(Scene):
    """The station was away for so long that the centre has purged what it had not read."""

    def prepare(self) -> None:
        self.make_firms(self.other, 3)
        self.other.cycle()
        with self.yard.engine.begin() as db:
            db.exec_driver_sql("UPDATE facts SET value = (SELECT seq::text FROM feed_head) WHERE key = 'feed_floor'")


class Fork(Scene):
    """The station's whole disk was put back to an earlier day; nothing there knows of it."""

    def prepare(self) -> None:
        rig = self.rig
        kept = rig.where.data.with_name("kept")
        rig.store.close()
        shutil.copytree(rig.where.data, kept)
        rig.reopen()
        children.work(rig.store, rig.clerk, rig.clock.forward(MINUTE))
        rig.cycle()
        rig.store.close()
        shutil.rmtree(rig.where.data)
        kept.rename(rig.where.data)
        rig.reopen()
        self.restored = frozenset({rig.name})

    def check(self) -> None:
        with self.yard.engine.connect() as db:
            found = db.exec_driver_sql("SELECT code FROM notices WHERE station_id = %s", (self.rig.station,))
            assert {code for (code,) in found} & {"station_restored", "station_forked"}


class Gap(Scene):
    """The centre was put back to a day before the station's last push."""

    def prepare(self) -> None:
        self.yard.save()
        children.work(self.rig.store, self.rig.clerk, self.rig.clock.forward(MINUTE))
        self.rig.cycle()
        self.yard.kill()
        self.yard.restore()
        self.yard.start()


class Offer(Scene):
    """As `Gap`, and a station that had pushed since then is gone for good: others bring back what they have of it."""

    def prepare(self) -> None:
        self.yard.save()
        self.firm = children.work(self.other.store, self.other.clerk, self.other.clock.forward(MINUTE))
        self.other.cycle()
        self.rig.cycle()
        self.yard.kill()
        self.yard.restore()
        self.yard.start()
        self.yard.leave(self.other)

    def check(self) -> None:
        assert self.yard.rows("enterprises")[self.firm]["founded_on"] == "2026-01-02"


class Mend(Scene):
    """A row here is not what the centre has, and nobody knows why."""

    def prepare(self) -> None:
        with self.rig.store.merge() as merge:
            sql = "SELECT row_id, digest FROM row_states WHERE tbl = 'enterprises' LIMIT 1"
            row_id, digest = merge.db.execute(sql).fetchone()
            merge.db.execute("UPDATE enterprises SET notes = '位翻转' WHERE id = ?", (row_id,))
            sql = "UPDATE row_states SET digest = ? WHERE tbl = 'enterprises' AND row_id = ?"
            merge.db.execute(sql, (digest - 1 if digest > 0 else digest + 1, row_id))
            count, total = applying.table_sum(merge.db, "enterprises")
            applying.set_table_sum(merge.db, "enterprises", count, total + (-1 if digest > 0 else 1))


class Serials(Scene):
    """Serial numbers are lent and used."""

    deed = "serials"

    def check(self) -> None:
        with self.yard.engine.connect() as db:
            found = list(db.exec_driver_sql("SELECT first, last FROM blocks ORDER BY first"))
        assert all(a.last < b.first for a, b in pairwise(found)), "a number was lent twice"
        marks = json.loads((self.yard.state_dir / "serials.json").read_bytes())
        assert marks[SERIALS] >= max((one.last for one in found), default=0)
        used = [row["serial"] for row in self.yard.rows("serial_issues").values()]
        assert len(used) == len(set(used))
        assert all(any(one.first <= number <= one.last for one in found) for number in used)
        with self.rig.store.read() as session:
            assert serials.left(bare(session), SERIALS) > serials.REFILL


class Enrol(Scene):
    """A station joins; when it died, the person there types the same code once more."""

    deed = "enrol"

    def prepare(self) -> None:
        self.rig = self.yard.newcomer()
        self.detail = self.yard.park.make_code("樟树园区", self.rig.name)

    def again(self) -> None:
        kept = FileVault(self.rig.where.data).find(self.rig.station)
        sql = "SELECT answer->>'secret' FROM enrol_codes WHERE answer->>'station' = :s"
        given = {secret for (secret,) in self.yard.ask(sql, s=self.rig.station)}
        assert self.act() == 0
        secret = FileVault(self.rig.where.data).find(self.rig.station)
        assert secret is not None
        assert kept in (None, secret)
        assert given <= {secret}, "the repeated request was answered with another secret"
        self.yard.admit(self.rig, secret)

    def check(self) -> None:
        with self.yard.engine.connect() as db:
            sql = "SELECT count(*) FROM stations WHERE id = %s"
            assert db.exec_driver_sql(sql, (self.rig.station,)).scalar() == 1


class Renew(Scene):
    """The station's secret is a hundred days old."""

    deed = "link"

    def prepare(self) -> None:
        self.secret = self.rig.vault.secrets[self.rig.station]
        FileVault(self.rig.where.data).keep(self.rig.station, self.secret, "")
        old = self.rig.clock.now() - 100 * DAY
        with self.rig.store.merge() as merge:
            books.say(merge.db, secret_since=old)
        with self.yard.engine.begin() as db:
            db.exec_driver_sql("UPDATE stations SET secret_since = %s", (old,))

    def again(self) -> None:
        for _ in range(2):  # the first may bring the new secret, the second uses it
            assert self.act() == 0
        secret = FileVault(self.rig.where.data).find(self.rig.station)
        assert secret not in (None, self.secret)
        self.yard.admit(self.rig, str(secret))
        assert self.act() == 0


class ByStick(Scene):
    """What waits goes to the centre in a file, and its answer comes back in one."""

    deed = "write_file"

    def prepare(self) -> None:
        self.stick = self.rig.where.data / "stick"
        self.stick.mkdir()
        self.there, self.back = self.stick / "there.zsx", self.stick / "back.zsx"
        self.detail = str(self.there)

    def again(self) -> None:
        assert self.yard.send(self.rig, "write_file", str(self.there)) == 0
        for _ in range(2):  # handed in twice: nothing happens twice
            assert self.take() == 0
        assert self.yard.send(self.rig, "read_file", str(self.back)) == 0
        assert self.rig.store.waiting() == 0

    def take(self, failpoint: str = "") -> int:
        """The centre takes the file in and writes its answer."""
        premises = self.yard.premises(failpoint)
        return ended(self.yard.spawn(children.take_file, premises, str(self.there), str(self.back)))


class StickAtCentre(ByStick):
    """The centre dies while it takes the file in."""

    def let_the_centre_die(self, failpoint: str) -> None:
        assert self.act() == 0
        assert self.take(failpoint) == DIED
        assert not self.back.exists()


class StickComesBack(ByStick):
    """The station dies while it reads the answer."""

    def act(self, failpoint: str = "") -> int:
        assert super().act() == 0
        assert self.take() == 0
        return self.yard.send(self.rig, "read_file", str(self.back), failpoint)


class NewCentre(Scene):
    """A centre starts for the first time."""

    def prepare(self) -> None:
        self.yard.kill()
        self.yard.empty()
        (self.yard.state_dir / epochs.FILE).unlink()

    def let_the_centre_die(self, failpoint: str) -> None:
        self.yard.start(failpoint)
        self.yard.await_death()
        self.yard.start()

    def again(self) -> None:
        for rig in (self.rig, self.other):
            self.yard.park.enrol(rig)

    def check(self) -> None:
        with self.yard.engine.connect() as db:
            assert db.exec_driver_sql("SELECT count(*) FROM notices WHERE code = 'server_restored'").scalar() == 0


class OtherEpoch(Scene):
    """A centre starts whose database is not of the same moment as its folder."""

    def prepare(self) -> None:
        children.work(self.rig.store, self.rig.clerk, self.rig.clock.forward(MINUTE))
        self.yard.kill()
        (self.yard.state_dir / epochs.FILE).write_text("another")

    def let_the_centre_die(self, failpoint: str) -> None:
        self.yard.start(failpoint)
        self.yard.await_death()
        self.yard.start()

    def check(self) -> None:
        there = (self.yard.state_dir / epochs.FILE).read_text()
        with self.yard.engine.connect() as db:
            assert db.exec_driver_sql("SELECT value FROM facts WHERE key = 'epoch'").scalar() == there
            assert db.exec_driver_sql("SELECT count(*) FROM notices WHERE code = 'server_restored'").scalar() == 1
        with self.rig.store.read() as session:
            assert books.word(bare(session), "epoch") == there
