"""The results of a benchmark as a table in Markdown."""


def quantity(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 10 else f"{seconds:.2f} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"


def threads(number: int) -> str:
    return f"{number} thread{'s'[:number > 1]}"


def rate(result: dict, side: str) -> str:
    """How much was done in a second, where it is known."""
    if "work" not in result:
        return ""
    amount = result["work"]["amount"] / result["medianSeconds"][side]
    shown = f"{amount:,.3g}" if amount < 1000 else f"{amount:,.0f}"
    return f" ({shown} {result['work']['unit']}/s)"


def compared(result: dict) -> list[str]:
    seconds, peak = result["medianSeconds"], result["peakResidentBytes"]
    figure = f"{result['timesFaster']:.3g}x" if result["timesFaster"] >= 1 else f"{result['timesFaster']:.2f}x"
    if "shareOfDisk" in result:
        figure += f", {100 * result['shareOfDisk']:.0f} % of the disk's rate"
    memory = (f"{peak['reference'] / 1e6:,.0f} MB, {peak['focus'] / 1e6:,.0f} MB "
              f"({peak['reference'] / peak['focus']:.1f}x)")
    return [result["what"], result["against"], quantity(seconds["reference"]) + rate(result, "reference"),
            quantity(seconds["focus"]) + rate(result, "focus"), figure, memory]


def similar(result: dict) -> list[str]:
    operations = [result[name] / 1e9 for name in ("peakOperationsPerSecond", "operationsPerSecond")]
    return [f"{result['what']}, {threads(result['threads'])}", "fused multiply-adds of the same cores",
            *(f"{number:,.0f} billion operations/s" for number in operations),
            f"{100 * result['shareOfPeak']:.0f} %, {100 * result['skipped']:.0f} % of the pairs ruled out by less; "
            f"{result['support']:,.0f} anchors a token", ""]


def multiplied(result: dict) -> list[str]:
    rate, peak = (result[name] / 1e9 for name in ("operationsPerSecond", "peakOperationsPerSecond"))
    peers = ", ".join(f"{name} {100 * other / 1e9 / peak:.0f} %" for name, other in result["peers"].items())
    return [f"product of {result['what']}, {threads(result['threads'])}", "fused multiply-adds of the same cores",
            f"{peak:,.0f} billion operations/s", f"{rate:,.0f} billion operations/s",
            f"{100 * rate / peak:.0f} %; {peers}", ""]


def grown(result: dict) -> list[str]:
    return [result["what"], "in proportion", ", ".join(f"{size:,}" for size in result["sizes"]),
            ", ".join(map(quantity, result["medianSeconds"])), f"exponent {result['exponent']:.2f}", ""]


def started(result: dict) -> list[str]:
    theirs, ours = (result["medianSeconds"][side] for side in ("reference", "focus"))
    return [result["what"], result["against"], quantity(theirs), quantity(ours),
            f"{1000 * (ours - theirs):.1f} ms more", ""]


def table(results: dict) -> str:
    rows = [["what", "against", "theirs", "focus", "figure", "peak memory: theirs, focus"], ["---"] * 6]
    rows += map(compared, results["comparisons"])
    rows += map(similar, results["similarities"])
    rows += map(multiplied, results["products"])
    rows += map(grown, results["growths"])
    rows += map(started, results["starts"])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
