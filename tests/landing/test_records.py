"""The splitter finds the records that a slow reader finds, whatever the text, the blocks and the way through it."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.landing.slow_reader import Bad, Good, read_slowly
from transforms.landing import records
from transforms.landing.records import Fault, Form, Splitter, read_fields

PIECES = [*'ab,,""\n\n \r', "\r\n", '"a",', ",b\n", 'x,"y\nz"\n', "é"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


def split(data: bytes, form: Form, *, rewrite: bool = False) -> list[Good | Bad]:
    """All records of a text, those that are handed on parsed from what is handed on."""
    found: list[Good | Bad] = []
    for piece in Splitter(form, rewrite=rewrite).split(io.BytesIO(data)):
        if isinstance(piece, Fault):
            found.append(Bad(piece.reason, piece.raw))
            continue
        position, count = 0, 0
        while position < len(piece.text):
            fields = read_fields(piece.text, position, form.delimiter, form.quote, b"\n")
            assert fields.fault is None
            assert len(fields.values) == form.width
            found.append(Good(tuple(value.decode() if value or quoted else None for value, quoted in fields.values)))
            position = fields.stop
            count += 1
        assert count == piece.count
    return found


@settings(max_examples=600, deadline=None)
@given(
    text=TEXTS,
    width=st.integers(1, 4),
    block=st.sampled_from([1, 3, 16, 1 << 19]),
    line_end=st.sampled_from([b"\n", b"\r\n"]),
    rewrite=st.booleans(),
)
@example(text='1,"a\n2,b\n3,c\n', width=2, block=16, line_end=b"\n", rewrite=False)
@example(text='1,"a\n2,"b"\n3,c\n', width=2, block=1, line_end=b"\n", rewrite=False)
@example(text='1,"a\r\nb"\r\n2,c', width=2, block=3, line_end=b"\r\n", rewrite=False)
def test_records_are_those_of_the_slow_reader(text, width, block, line_end, rewrite):
    form = Form(b",", b'"', line_end, width)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "BLOCK", block)
        found = split(text.encode(), form, rewrite=rewrite)
    assert found == read_slowly(text, width)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,a\n2\n3,c\n", [Good(("1", "a")), Bad("wrong_number_of_fields", "2"), Good(("3", "c"))]),
        ("1,a\n2,b,b\n", [Good(("1", "a")), Bad("wrong_number_of_fields", "2,b,b")]),
        # An unterminated quote costs its own line only.
        ('1,"a\n2,b\n3,c\n', [Bad("unterminated_quote", '1,"a'), Good(("2", "b")), Good(("3", "c"))]),
        ('1,"a\n2,"b"\n', [Bad("unterminated_quote", '1,"a'), Good(("2", "b"))]),
        ('"1","a\n"2","b"\n', [Bad("unterminated_quote", '"1","a'), Good(("2", "b"))]),
        # A value over several lines is one record, also where it has too few fields and no line is one by itself.
        ('1,"a\nb"\n2,c\n', [Good(("1", "a\nb")), Good(("2", "c"))]),
        ('"a\nb"\n2,c\n', [Bad("wrong_number_of_fields", '"a\nb"'), Good(("2", "c"))]),
        ('1,"a"b\n2,c\n', [Bad("stray_quote", '1,"a"b'), Good(("2", "c"))]),
        ("1,5'10\"\n", [Good(("1", "5'10\""))]),
        ('1, "a, b" \n', [Good(("1", "a, b"))]),
        ('1,""\n2,\n', [Good(("1", "")), Good(("2", None))]),
        ("\n1,a\n\n\n2,b\n\n", [Good(("1", "a")), Good(("2", "b"))]),
        ("1,a\r\n2,b\n3,c\r\n", [Good(("1", "a")), Good(("2", "b")), Good(("3", "c"))]),
        ("1,a\rb\n", [Good(("1", "a\rb"))]),
        ("1,a\x00\n2,b", [Bad("nul_byte", "1,a\\x00"), Good(("2", "b"))]),
        (b"1,a\xe9\n2,\xc3\xa9\n", [Bad("invalid_encoding", "1,a\\xe9"), Good(("2", "é"))]),
    ],
)
@pytest.mark.parametrize("rewrite", [False, True])
def test_a_fault_costs_one_record(text, expected, rewrite):
    data = text if isinstance(text, bytes) else text.encode()
    assert split(data, Form(b",", b'"', b"\n", 2), rewrite=rewrite) == expected


def test_without_quoting_a_quote_is_a_character():
    assert split(b'1,"a\n2,"b"c\n', Form(b",", None, b"\n", 2)) == [Good(("1", '"a')), Good(("2", '"b"c'))]
    assert split(b"1,a\rb\n", Form(b",", None, b"\n", 2)) == [Bad("stray_carriage_return", "1,a\rb")]


def test_lone_carriage_returns_end_lines_where_nothing_else_does():
    assert split(b'1,a\r2,"b\nc"\r3\r', Form(b",", b'"', b"\r", 2)) == [
        Good(("1", "a")),
        Good(("2", "b\nc")),
        Bad("wrong_number_of_fields", "3"),
    ]


@pytest.mark.parametrize("block", [7, 64, 1 << 19])
@pytest.mark.parametrize("end", [b"\n", b""])
def test_a_record_that_is_too_long_is_one_fault_and_keeps_its_beginning(monkeypatch, block, end):
    monkeypatch.setattr(records, "BLOCK", block)
    monkeypatch.setattr(records, "MAX_RECORD", 50)
    data = b"1,a\n" + b"x" * 500 + b"\n2,b\n" + b"3," + b"y" * 500 + end
    found = split(data, Form(b",", b'"', b"\n", 2))
    assert [type(record) for record in found] == [Good, Bad, Good, Bad]
    assert [record.reason for record in found if isinstance(record, Bad)] == ["line_too_long", "line_too_long"]
    assert found[1].raw.startswith("x" * 50)


def test_a_quote_that_never_closes_does_not_swallow_the_file(monkeypatch):
    monkeypatch.setattr(records, "MAX_RECORD", 100)
    monkeypatch.setattr(records, "BLOCK", 64)
    rows = [f"{number},value {number}" for number in range(200)]
    rows[20] = '20,"open'
    found = split("\n".join(rows).encode(), Form(b",", b'"', b"\n", 2))
    assert len(found) == 200
    assert found[20] == Bad("unterminated_quote", '20,"open')
    assert found[199] == Good(("199", "value 199"))
