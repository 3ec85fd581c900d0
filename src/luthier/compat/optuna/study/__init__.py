"""Studies: `optuna.study`."""

from luthier.compat.optuna.direction import StudyDirection
from luthier.compat.optuna.study.limits import MaxTrialsCallback
from luthier.compat.optuna.study.studies import (
    copy_study,
    create_study,
    delete_study,
    get_all_study_names,
    get_all_study_summaries,
    load_study,
)
from luthier.compat.optuna.study.study import ObjectiveFuncType, Study
from luthier.compat.optuna.study.summary import StudySummary

__all__ = [
    "MaxTrialsCallback",
    "ObjectiveFuncType",
    "Study",
    "StudyDirection",
    "StudySummary",
    "copy_study",
    "create_study",
    "delete_study",
    "get_all_study_names",
    "get_all_study_summaries",
    "load_study",
]
