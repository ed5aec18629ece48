"""Whose word counts about what links begin with."""

from __future__ import annotations

from zhangshu_desk.db.store import Store
from zhangshu_desk.labels.queries.links import label_domain


def test_the_centre_s_word_goes_before_the_station_s_own(store: Store) -> None:
    assert label_domain(store, "own.example.cn") == "own.example.cn"
    with store.merge() as merge:
        merge.db.execute("INSERT INTO meta (key, value) VALUES ('label_domain', 'q.example.cn/b')")
    assert label_domain(store, "own.example.cn") == "q.example.cn/b"
