"""Leading causes: by number of deaths, ties sharing a rank, rankable groups only, nothing said of hidden counts."""

from __future__ import annotations

from tests.measures.warehouse import deaths, empty, shown, table_of
from transforms.disclosure import suppression
from transforms.measures import build_figures

LIST = """
insert into codes.scheme (scheme, scheme_version, "system", title, is_partition, source) values
    ('list', 'v', 'icd10', 'List', true, 'test');
insert into codes.grouping
select 'list', 'v', 'icd10', code, code, true, true, 'test', null, null
from (select unnest(['A', 'B', 'C', 'D', 'E']) as code);
insert into codes.group_label by name
select 'list' as scheme, 'v' as scheme_version, code as group_code, 'Group ' || code as title,
    row_number() over () as sort_order, code <> 'B' as is_rankable
from (select unnest(['A', 'B', 'C', 'D', 'E']) as code);
"""


def ranked(counts: dict[str, int], **content):
    con = empty()
    con.execute(LIST)
    rows = "\n".join(f"2020-01-01 | icd10 | {code} | {count} | {30}" for code, count in counts.items())
    deaths(con, f"death_date | system | underlying_cause | weight | age_years\n{rows}")
    margins = content.pop("margins", [{"by": ["cause"]}])
    build_figures(con, [table_of(scheme="list", measures=["deaths", "leading_cause_rank"], margins=margins, **content)])
    return con


def test_ties_share_a_rank_and_the_next_is_skipped_and_unranked_groups_take_none():
    con = ranked({"A": 20, "B": 99, "C": 30, "D": 20, "E": 15, "Z": 50})
    assert shown(con, "value, cause, numerator, status", "measure = 'leading_cause_rank'") == [
        (1.0, "C", 30.0, "value"),
        (2.0, "A", 20.0, "value"),
        (2.0, "D", 20.0, "value"),
        (4.0, "E", 15.0, "value"),
    ]


def test_each_age_is_ranked_by_itself():
    con = ranked({"A": 20, "C": 30}, margins=[{"by": ["cause"]}, {"by": ["age_band", "cause"]}])
    deaths_of = "measure = 'leading_cause_rank'"
    assert shown(con, "age_band, value, cause", deaths_of) == [
        ("30-34", 1.0, "C"),
        ("30-34", 2.0, "A"),
        (None, 1.0, "C"),
        (None, 2.0, "A"),
    ]


def test_the_order_of_hidden_counts_is_hidden_and_changes_no_rank_that_is_shown():
    shown_ranks = []
    for few in ({"D": 9, "E": 3}, {"D": 3, "E": 9}, {"D": 5, "E": 5}):
        con = ranked({"A": 20, "C": 30, **few})
        suppression.apply(con, 11)
        released = suppression.released(con).filter("measure = 'leading_cause_rank'")
        shown_ranks.append(released.order("cause").project("cause, value, numerator, records, status").fetchall())
    assert shown_ranks[0] == shown_ranks[1] == shown_ranks[2]
    assert shown_ranks[0] == [
        ("A", 2.0, 20.0, 20, "value"),
        ("C", 1.0, 30.0, 30, "value"),
        ("D", None, None, None, "suppressed_primary"),
        ("E", None, None, None, "suppressed_primary"),
    ]
