"""The heart of the engine, part by part: what is changed, and the tests whose business it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from tools.mutation.mutants import ROOT


@dataclass(frozen=True, slots=True)
class Part:
    """Patterns of the files to change, the test files that must notice, and how long they may take.

    `seconds` of processor are spent at most on a mutant that no test notices.
    """

    name: str
    sources: tuple[str, ...]
    tests: tuple[str, ...]
    seconds: float = 20.0

    def files(self, containing: str = "") -> list[str]:
        """Return the part's files, those whose path contains a word."""
        found = {str(path.relative_to(ROOT)) for one in self.sources for path in ROOT.glob(one)}
        return sorted(path for path in found if containing in path)


PARTS = (
    Part(
        "rules",
        ("mining/rules/checking.py", "mining/rules/events.py", "mining/rules/file.py",
         "mining/rules/on_events.py", "mining/rules/on_sequences.py", "mining/rules/sequences.py",
         "mining/sql/rules/*.sql",
         "mining/sql/rule_checking/*.sql"),
        ("test_rule_files.py", "test_rule_limits.py", "test_rules.py", "test_rules_on_sequences.py"),
        seconds=40.0,
    ),
    Part(
        "verdicts",
        ("mining/conformance/verdicts.py", "mining/normative/norm_tables.py",
         "mining/cases/case_endings.py", "mining/normative/performances.py",
         "mining/conformance/judging.py", "mining/conformance/counts.py",
         "mining/conformance/case_conformance.py",
         "mining/conformance/rule_cases.py", "mining/sql/conformance/*.sql",
         "mining/sql/cases/supposed_endings.sql"),
        ("test_verdicts_of_random_cases.py", "test_supposed_ends_of_random_cases.py",
         "test_stalls_of_random_cases.py", "test_verdicts.py", "test_verdict_counts.py",
         "test_case_endings.py", "test_conformance.py"),
        seconds=40.0,
    ),
    Part(
        "stalls",
        ("mining/stalls/finding.py", "mining/stalls/evidence.py", "mining/stalls/norms.py",
         "mining/stalls/limits.py",
         "mining/stalls/reasons.py", "mining/sql/stalls/*.sql"),
        ("test_stalls_of_random_cases.py", "test_supposed_ends_of_random_cases.py",
         "test_stall_evidence.py", "test_stall_limits.py", "test_stall_norms.py", "test_stall_reasons.py",
         "test_stalls.py", "test_stalls_of_any_log.py"),
        seconds=60.0,  # every test comes to every statement
    ),
    Part(
        "replay",
        ("flows/process/replay.py", "flows/process/history.py", "flows/process/process.py",
         "flows/process/order.py", "flows/project/advance.py", "flows/worklist/work_item.py"),
        ("test_deciding.py", "test_deciding_records.py", "test_case_history.py", "test_expected_order.py",
         "test_flows_project.py", "test_project_ends.py", "test_project_times.py", "test_replay.py",
         "test_steps.py"),
    ),
    Part(
        "store",
        ("eventlogs/ledger/appending.py", "eventlogs/ledger/admission.py", "eventlogs/ledger/chain.py",
         "eventlogs/ledger/content_columns.py", "eventlogs/ledger/duckdb_ledger.py",
         "eventlogs/ledger/log_names.py", "eventlogs/ledger/new_objects.py", "eventlogs/ledger/rows.py",
         "eventlogs/ledger/verification.py",
         "eventlogs/sql/broken_links.sql", "eventlogs/sql/changed_objects.sql",
         "eventlogs/sql/object_hashes.sql", "eventlogs/schema/00[23]_*.sql"),
        ("test_admission.py", "test_content_columns.py", "test_store.py", "test_store_objects.py",
         "test_duckdb_ledger.py", "test_tampering.py", "test_verification.py", "test_views.py"),
    ),
)  # fmt: skip


def parts_named(word: str) -> Sequence[tuple[Part, list[str]]]:
    """Return the parts and files that a word means: a part's name, or a piece of paths; empty for all."""
    named = [(part, part.files()) for part in PARTS if part.name == word]
    return named or [(part, files) for part in PARTS if (files := part.files(word))]
