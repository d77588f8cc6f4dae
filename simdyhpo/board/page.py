"""The board and a method's standing as one HTML file, of the parts that all reports are made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from simdyhpo.analysis.marks import FLOOR
from simdyhpo.analysis.measures import NORMALISED
from simdyhpo.analysis.verdicts import LEVEL
from simdyhpo.board.figures import axis_words, rank_figure, regret_figure
from simdyhpo.board.ranking import SHOWN, Ranking
from simdyhpo.board.words import rest_words
from simdyhpo.html_report.charts import ROOM, Chart, ChartAxis
from simdyhpo.html_report.pictures import picture
from simdyhpo.html_report.tables import Column, Value, WithNumber, table
from simdyhpo.html_report.templates import Fact, Section, fill, page

if TYPE_CHECKING:
    from simdyhpo.board.standing_frames import StandingFrames


def standing_page(standing: StandingFrames) -> str:
    """The page about where one method stands."""
    found = standing.found
    sections = [_standing_section(standing)]
    if standing.ranked and len(found.labels) > 1:
        sections += [
            _figures_section(found, standing.shown), _field_section(found), _duels_section(standing),
            _tables_section(standing),
        ]  # fmt: skip
    sections.append(_origin_section(standing))
    facts = [] if not standing.ranked else _place_facts(standing)
    return page(standing.label, f"Where it stands on board {found.board.version}", "Board", facts, sections)


def board_page(found: Sequence[Ranking]) -> str:
    """The page about the board itself, part by part."""
    sections = []
    for one in found:
        several = len(one.labels) > 1
        body = Markup().join([_field_body(one), *([_pictures(one)] if several else [])])
        sections.append(Section(one.part.name, one.part.title[0].upper() + one.part.title[1:], body))
    first = found[0]
    about = {label: first.board.about(label) for one in found for label in one.labels}
    sections.append(Section("methods", "Methods", fill("board_origin.html", facts=about.items())))
    facts = [
        Fact(f"{len(first.labels):,}", "methods ranked"), Fact(f"{len(first.grid.tables):,}", "tables"),
        Fact(f"{first.grid.seeds:,}", "seeds"),
    ]  # fmt: skip
    lead = "One fixed comparison of multi-fidelity schedulers, on measured learning curves"
    return page(f"Board {first.board.version}", lead, "Board", facts, sections)


def _place_facts(standing: StandingFrames) -> list[Fact]:
    found = standing.found
    row = found.frame.iloc[found.labels.index(standing.label)]
    facts = [
        Fact(f"{row['place']}", f"of {len(found.labels):,} by mean rank"),
        Fact(f"{row['rank']:.2f}", "mean rank"),
        Fact(f"{row['best_on']}", f"of {len(found.grid.tables):,} tables with no lower mean"),
    ]
    if np.isfinite(standing.seconds_per_decision):
        facts.append(
            Fact(f"{1e3 * standing.seconds_per_decision:.2g} ms", "a decision, on the machine that ran it")
        )
    return facts


def _standing_section(standing: StandingFrames) -> Section:
    near = [] if not standing.ranked else _near_rows(standing)
    columns = [
        Column("where"), Column("method"), Column("pairs", 0), Column("log10 of its regret, minus"),
        Column("smallest shown", 2), Column("order flips", 2), Column("its regret is"),
        Column("p (Holm)", 4), Column("least p", 4),
    ]  # fmt: skip
    caption = f"Its neighbours against {standing.label}, paired by table and seed"
    body = fill(
        "board_standing.html",
        words=standing.words,
        failures=standing.failures.items(),
        near=table(caption, columns, near) if near else "",
        label=standing.label,
        level=f"{LEVEL:.0%}",
        floor=f"{FLOOR:g}",
        rest=list(rest_words(standing.found)),
    )
    return Section("standing", "Standing", body)


def _near_rows(standing: StandingFrames) -> list[list[Value]]:
    rows = standing.tests[standing.tests["where"] != ""].to_dict("records")
    return [
        [
            row["where"], row["label"], row["pairs"], _difference(row),
            row["smallest"], row["flips"], row["verdict"], row["p_holm"], row["p_least_holm"],
        ]
        for row in rows
    ]  # fmt: skip


def _difference(test: Mapping[str, float]) -> WithNumber:
    """A mean difference with its interval."""
    mean, low, high = (float(test[name]) for name in ("difference", "low", "high"))
    return WithNumber(f"{mean:+.3f}" + ("" if np.isnan(low) else f" [{low:+.3f}, {high:+.3f}]"), mean)


def _figures_section(found: Ranking, shown: Sequence[str]) -> Section:
    return Section("figures", "Figures", _pictures(found, shown))


def _pictures(found: Ranking, shown: Sequence[str] = ()) -> Markup:
    room = ROOM // (2 * max(1, len(found.suites)))
    charts = [
        ChartAxis(suite, f"{axis_words(found)}, {suite}", found.curves(suite)) for suite in found.suites
    ]
    pictures = [
        picture(
            rank_figure(found, next(iter(shown), "")), "Critical differences",
            "Mean ranks of the last regret over tables; a bar joins methods that aren't told apart.",
        ),
        picture(
            regret_figure(found, shown), "Regret along the budget",
            "Mean normalised regret by suite; explore it to see every method and its interval.",
            Chart(NORMALISED.label(), charts, room=room * len(charts)),
        ),
    ]  # fmt: skip
    return fill("study_figures.html", pictures=pictures)


def _field_section(found: Ranking) -> Section:
    return Section("field", "The field", _field_body(found))


def _field_body(found: Ranking) -> Markup:
    tables = [_field_table(found, unit) for unit in ("normalised", "absolute")] if found.labels else []
    return fill(
        "board_field.html", tables=tables, rest=list(rest_words(found)), measure=NORMALISED.words(),
        words=f"{found.part.title}; {found.grid.words}",
    )  # fmt: skip


def _field_table(found: Ranking, unit: str) -> Markup:
    regrets = found.regrets().set_index(["label", "suite", "mark"])[unit]
    columns = [
        Column("method"), Column("place", 0), Column("mean rank", 2), Column("95 % interval"),
        Column("anytime rank", 2), Column("best on", 0),
        *(Column(f"{suite} at {found.part.at(mark)}", 4) for suite in found.suites for mark in SHOWN),
    ]  # fmt: skip
    rows: list[list[Value]] = []
    for row in found.frame.to_dict("records"):
        interval = "" if np.isnan(row["low"]) else f"{row['low']:.2f} to {row['high']:.2f}"
        numbers = [float(regrets[row["label"], suite, mark]) for suite in found.suites for mark in SHOWN]
        rows.append(
            [row["label"], row["place"], row["rank"], interval, row["anytime_rank"], row["best_on"], *numbers]
        )
    lowest = np.min([[float(str(value)) for value in row[6:]] for row in rows], axis=0)
    best = [
        [False] * 6 + [value == least for value, least in zip(row[6:], lowest, strict=True)] for row in rows
    ]
    return table(f"Mean {unit} regret along the budget, by suite", columns, rows, best=best)


def _duels_section(standing: StandingFrames) -> Section:
    """Every other method: tables won and lost, and the paired test."""
    tests = standing.tests.set_index("label")
    rows: list[list[Value]] = []
    for duel in standing.duels.to_dict("records"):
        test = tests.loc[duel["label"]].to_dict()
        rows.append(
            [
                duel["label"], duel["won"], duel["tied"], duel["lost"], _difference(test),
                float(test["flips"]), str(test["verdict"]), float(test["p_holm"]),
                float(test["p_least_holm"]),
            ]
        )  # fmt: skip
    columns = [
        Column("method"), Column("won", 0), Column("tied", 0), Column("lost", 0),
        Column("log10 of its regret, minus"), Column("order flips", 2), Column("its regret is"),
        Column("p (Holm)", 4), Column("least p", 4),
    ]  # fmt: skip
    caption = f"Tables that {standing.label} won and lost, and every method against it"
    return Section("duels", "Against each", table(caption, columns, rows))


def _tables_section(standing: StandingFrames) -> Section:
    rows = [
        [
            row["blackbox"], row["suite"], row["regret"], row["rank"], row["best"], row["best_regret"],
        ]
        for row in standing.tables.to_dict("records")
    ]  # fmt: skip
    columns = [
        Column("table"), Column("suite"), Column("regret", 4), Column("rank", 1), Column("lowest mean"),
        Column("its regret", 4),
    ]  # fmt: skip
    caption = f"{standing.label} on each table: last normalised regret, mean over seeds, and its rank"
    return Section("tables", "Table by table", table(caption, columns, rows))


def _origin_section(standing: StandingFrames) -> Section:
    found = standing.found
    facts = {
        "board": f"{found.board.version}, {found.part.name}: {found.part.title}",
        "cells looked at": found.grid.words,
        **standing.origin,
        "tables": ", ".join(found.grid.tables),
    }
    return Section("origin", "Origin", fill("board_origin.html", facts=facts.items()))
