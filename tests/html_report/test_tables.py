"""Tables as HTML: how numbers look, what they are sorted by, and that data can't end the page."""

import html
import json
import math
import re

import pytest

from simdyhpo.html_report.tables import Column, WithNumber, long_table, table


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        (Column("regret", 4), 0.0, "0.0000"),
        (Column("regret", 4), 0.00004, "< 0.0001"),
        (Column("regret", 4), 0.00006, "0.0001"),
        (Column("difference", 4), -0.00001, "-0.0000"),
        (Column("regret", 4), math.nan, ""),
        (Column("regret", 4), None, ""),
        (Column("epochs", 0), 1_000_000, "1,000,000"),
        (Column("share", 1, " %"), 12.34, "12.3 %"),
        (Column("share", 1, " %"), 0.01, "< 0.1 %"),
        (Column("name"), "a,b", "a,b"),
    ],
)
def test_how_values_look(column, value, text):
    assert column.show(value) == text


def test_rows_are_sorted_by_exact_numbers():
    made = table("T", [Column("name"), Column("x", 1)], [["a", 0.123456], ["b", math.nan], ["c", 2]])
    assert re.findall(r'data-key="([^"]*)"', made) == ["0.123456", "", "2.0"]
    made = table("T", [Column("name"), Column("x")], [["a", WithNumber("-3 [-4, -2]", -3.0)], ["b", "text"]])
    assert re.findall(r'data-key="([^"]*)"', made) == ["-3.0"]
    assert "-3 [-4, -2]" in made


def test_the_best_and_links_are_marked():
    columns = [Column("name"), Column("x", 0)]
    made = table(
        "T", columns, [["a", 1], ["b", 2]], links=["one", "two"], best=[[False, True], [False, False]]
    )
    assert made.count("<strong>") == 1
    assert "<strong>1</strong>" in made
    assert '<a href="#two">b</a>' in made


def test_names_are_escaped_and_may_be_broken():
    made = table('"T"', [Column("<i>")], [["dyhpo,probability_sh=0.5 & <b>"]])
    assert "dyhpo,<wbr>probability_sh=0.5 &amp; &lt;b&gt;" in made
    assert "&lt;i&gt;" in made
    assert 'aria-label="&#34;T&#34;"' in made


def test_data_of_a_long_table_stays_data():
    rows = [["</script><!-- & ü", 0.123456789, None], ["b", 1e-12, math.inf]]
    made = long_table(
        "rows", "T", [Column("a"), Column("x", 2), Column("y", 0, first=True)], rows, ["why?", "<b>"]
    )
    text = re.search(r'id="rows">(.*?)</script>', made, re.DOTALL).group(1)
    assert not set(text) & set("<>&")
    assert json.loads(text) == {
        "digits": [None, 2, 0],
        "first": [True, False, True],
        "rows": [[rows[0][0], 0.1235, None], ["b", 1e-12, None]],
        "notes": ["why?", "<b>"],
    }
    assert html.unescape(made).count("</script>") == 1
