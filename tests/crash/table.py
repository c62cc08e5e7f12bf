"""Print the crash table: `python -m tests.crash.table`."""

from collections.abc import Iterable

from tests.crash.company import running_stage
from tests.crash.harm import CELLS, Harm, Point, Way, call_at
from tests.crash.run import Result, results


def table(found: Iterable[Result]) -> list[str]:
    """Return the lines of the table: a row per call of each way, a column per failure."""
    text = {each.case.cell: str(each.outcome) for each in found}
    columns = [(harm, after) for harm in Harm for after in (False, True)]
    heads = [f"{harm} {'after' if after else 'before'}" for harm, after in columns]
    lines = [
        "| way | call | " + " | ".join(heads) + " |",
        "|---|---|" + "---|" * len(heads),
    ]
    by_name = {str(cell): outcome for cell, outcome in text.items()}
    for way in Way:
        for point in Point:
            if call_at(point, way) is None:
                continue
            row = [
                by_name.get(str(each), "")
                for each in CELLS
                if (each.way, each.point) == (way, point)
            ]
            lines.append(f"| {way} | {point} | " + " | ".join(row) + " |")
    return lines


def main() -> None:
    """Print the table, counted anew."""
    with running_stage() as stage:
        found = results(stage, CELLS)
    print("\n".join(table(found)))  # noqa: T201 - what this program is for
    wrong = [each for each in found if not each.outcome.is_right or not each.struck]
    print(f"{len(found)} failures tried, {len(wrong)} ended wrong")  # noqa: T201
    for each in wrong:
        print(each)  # noqa: T201


if __name__ == "__main__":
    main()
