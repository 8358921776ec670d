"""What a warehouse of another version lacks is told by its columns."""

from __future__ import annotations

from tests.influence.flagged import empty
from transforms import warehouse


def test_what_another_version_had_not_is_named() -> None:
    with empty() as con:
        assert warehouse.lacking(con) == []
        con.execute("drop view stats.record_influence; alter table quality.flag drop column suggestion")
        con.execute("alter table stats.figure add column of_a_later_version integer")
        found = warehouse.lacking(con)
    assert found[0] == "quality.flag.suggestion"
    assert found[1:3] == ["stats.record_influence.flag_id", "stats.record_influence.rule_id"]
    assert {name.rpartition(".")[0] for name in found[1:]} == {"stats.record_influence"}
