"""`optuna.terminator`: end a study that no longer gets anywhere."""

from typing import TYPE_CHECKING

from luthier.compat.support import lazy

if TYPE_CHECKING:
    from luthier.compat.optuna.terminator.errors import (
        BaseErrorEvaluator,
        CrossValidationErrorEvaluator,
        MedianErrorEvaluator,
        StaticErrorEvaluator,
        report_cross_validation_scores,
    )
    from luthier.compat.optuna.terminator.improvement import (
        BaseImprovementEvaluator,
        BestValueStagnationEvaluator,
    )
    from luthier.compat.optuna.terminator.terminate import BaseTerminator, Terminator, TerminatorCallback

__all__ = [
    "BaseErrorEvaluator",
    "BaseImprovementEvaluator",
    "BaseTerminator",
    "BestValueStagnationEvaluator",
    "CrossValidationErrorEvaluator",
    "MedianErrorEvaluator",
    "StaticErrorEvaluator",
    "Terminator",
    "TerminatorCallback",
    "report_cross_validation_scores",
]

ERRORS = "luthier.compat.optuna.terminator.errors"
IMPROVEMENT = "luthier.compat.optuna.terminator.improvement"
TERMINATE = "luthier.compat.optuna.terminator.terminate"

STAGNATION = "Use BestValueStagnationEvaluator(max_stagnation_trials=30): it needs no model."

__getattr__ = lazy(
    __name__,
    {
        "BaseErrorEvaluator": ERRORS,
        "BaseImprovementEvaluator": IMPROVEMENT,
        "BaseTerminator": TERMINATE,
        "BestValueStagnationEvaluator": IMPROVEMENT,
        "CrossValidationErrorEvaluator": ERRORS,
        "MedianErrorEvaluator": ERRORS,
        "StaticErrorEvaluator": ERRORS,
        "Terminator": TERMINATE,
        "TerminatorCallback": TERMINATE,
        "report_cross_validation_scores": ERRORS,
    },
    {"EMMREvaluator": STAGNATION, "RegretBoundEvaluator": STAGNATION},
)


def __dir__() -> list[str]:
    """The public names."""
    return list(__all__)
