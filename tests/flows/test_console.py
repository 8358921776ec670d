"""What commands print of data does to a terminal nothing but stand there."""

from __future__ import annotations

import pytest

from flows.commands.console import show_table


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("two\nlines", "two\\nlines"),
        ("\u202eturned round", "\\u202eturned round"),
        ("[bold]Århus\xa0Ø 東京[/bold]", "[bold]Århus\xa0Ø 東京[/bold]"),
    ],
)
def test_control_characters_are_shown_and_not_obeyed(capsys, text: str, shown: str) -> None:
    show_table("Records", ("record", "count"), [(text, 3)])
    printed = capsys.readouterr().out
    assert shown in printed
    assert not {"\x1b", "\x07", "\u202e"} & set(printed)
