"""`manage.py fuzz_importer`, or `make fuzz`: breaks sample documents at random and reads them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cityalert.exchange.fuzzing import Fault, fuzz

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
LONGEST_S = 2.0
MOST_MB = 200.0


class Command(BaseCommand):
    help = "Reads broken CAP documents and feeds; fails at the first fault, or if one takes two seconds or 200 MB."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--times", type=int, default=20_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--keep", default=".local/fuzz-fault.xml", help="where a document that fails is put"
        )

    def handle(self, *_args: Any, times: int, seed: int, keep: str, **_options: Any) -> None:
        samples = [file.read_bytes() for file in sorted(SAMPLES.glob("*.xml"))]
        before = fuzz(samples, 1, seed).peak_mb
        try:
            report = fuzz(samples, times, seed)
        except Fault as fault:
            Path(keep).write_bytes(fault.raw)
            raise CommandError(f"{fault}; the document is in {keep}") from fault
        said = ", ".join(f"{count:,} {outcome}" for outcome, count in report.outcomes.most_common())
        more = report.peak_mb - before
        self.stdout.write(f"{times:,} documents, seed {seed}: {said}.")
        self.stdout.write(f"The slowest took {report.slowest_s:.2f} s, all of them together {more:.0f} MB.")
        if report.slowest_s > LONGEST_S or more > MOST_MB:
            Path(keep).write_bytes(report.slowest)
            raise CommandError(f"That is too much; the slowest document is in {keep}")
