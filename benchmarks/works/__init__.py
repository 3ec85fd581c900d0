"""Every work, in the order of the table."""

from benchmarks.work import Work
from benchmarks.works import (
    gp_proposal,
    import_time,
    memory,
    model_trials,
    random_trials,
    sqlite_open,
    sqlite_reports,
    sqlite_workers,
    stop_check,
    tpe_proposal,
    tpe_trials,
)

__all__ = ["WORKS"]

#: Name -> work.
WORKS: dict[str, Work] = {
    work.name: work
    for work in (
        *import_time.WORKS,
        random_trials.WORK,
        memory.WORK,
        tpe_trials.WORK,
        tpe_proposal.WORK,
        *model_trials.WORKS,
        *gp_proposal.WORKS,
        *stop_check.WORKS,
        sqlite_reports.WORK,
        sqlite_open.WORK,
        *sqlite_workers.WORKS,
    )
}
