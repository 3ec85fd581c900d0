"""The store in a SQL database."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from luthier.base.errors import StudyExists, explain
from luthier.base.jsonvalue import dumps
from luthier.records.study import StudyRecord, StudySummary
from luthier.records.trial import NOTHING, Report, TrialRecord
from luthier.records.wire import kept_mapping, mapping_from_text, mapping_to_text
from luthier.storage import statements as sql
from luthier.storage.gate import Owners
from luthier.storage.locate import open_database
from luthier.storage.protocol import LEASE_SECONDS, Changes, Draft, Update
from luthier.storage.rows import (
    Turn,
    given_to_text,
    report_rows,
    reports_of,
    study_of,
    study_row,
    summaries_of,
    trial_row,
    trials_of,
)
from luthier.storage.rules import (
    born,
    check_claim,
    check_drafts,
    check_study,
    check_updates,
    no_such_study,
    unknown_study,
)
from luthier.storage.writes import bump, take_turn, write_expired, write_update

__all__ = ["SqlStorage"]
