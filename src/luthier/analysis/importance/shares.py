"""The one question about importance: which share each parameter has in how good a trial is."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from luthier.analysis.importance.evidence import Evidence, Target, evidence, names_of, overwhelming
from luthier.analysis.importance.fanova import fanova
from luthier.analysis.importance.forest import impurity
from luthier.analysis.importance.ped_anova import ped_anova
from luthier.analysis.importance.sobol import sobol
from luthier.base.errors import InvalidInput, explain
from luthier.base.log import logger
from luthier.records.trial import TrialRecord

__all__ = ["METHODS", "importances", "normalised", "ranked"]

#: Name -> what computes it from trials and names.
#: PED-ANOVA compares the best trials with the whole range: a sampler that learns soon tries good values of an important
#: parameter only, and compared with where it went, such a parameter would seem to matter less than chance.
METHODS: Mapping[str, Callable[[Evidence, Sequence[str]], dict[str, float]]] = {
    "sobol": sobol,
    "ped-anova": partial(ped_anova, local=False),
    "fanova": fanova,
    "impurity": impurity,
}

#: Those that need scikit-learn, and parameters that all trials have.
FORESTS = ("fanova", "impurity")


def importances(
    records: Sequence[TrialRecord],
    signs: Sequence[float],
    *,
    method: str | None = None,
    params: Sequence[str] | None = None,
    target: Target | None = None,
) -> dict[str, float]:
    """Parameter -> its share of importance, largest first; shares sum to 1.

    Trials that are not complete or whose loss is not finite do not count. Of too few trials, or of trials that are all
    equally good, all parameters get the same share. Where one trial holds most of the variance a warning is logged.

    Args:
        records: trials in any state.
        signs: one per objective, +1 where it is minimised and -1 where it is maximised.
        method: "sobol" (a Gaussian process over the whole space; the default for one objective), "ped-anova" (any
            number of objectives; the default for several), "fanova" or "impurity" (one objective, parameters that all
            complete trials have; they need scikit-learn).
        params: only these; those of all trials by default.
        target: what to explain instead of the objective, lower is better: a function of a trial, such as
            `lambda record: record.duration`.

    Raises:
        InvalidInput: there is no such method or parameter, several objectives for a method that needs one, or a
            `target` that returns no number.
        MissingExtra: scikit-learn is needed and not installed.
    """
    one = target is not None or len(signs) == 1
    if method is None:
        method = "sobol" if one else "ped-anova"
    if method not in METHODS:
        known = ", ".join(f'"{name}"' for name in METHODS)
        raise InvalidInput(explain(f"one of {known}", repr(method), "Correct the method."))
    seen = evidence(records, signs, target)
    forest = method in FORESTS
    if method != "ped-anova" and not one:
        raise InvalidInput(
            explain(
                f"one objective for {method!r}",
                f"{len(signs)}",
                'Pass target=lambda record: record.values[0], or method="ped-anova".',
            ),
        )
    names = names_of(seen.records, everywhere=forest) if params is None else checked(params, seen.records)
    if params is None and not names_of(seen.records) and any(record.params for record in seen.records):
        fix = "Call study.declare() before study.add_trials()."
        raise InvalidInput(explain("parameters with a known range", "none of any trial", fix))
    if forest:
        seen = having(seen, names)
    if method != "ped-anova":  # which goes by ranks
        warn_of_one(seen)
    return normalised(ranked(METHODS[method](seen, names)))


def warn_of_one(seen: Evidence) -> None:
    """Log that shares of variance say little beside the rest, as after a training that diverged."""
    if (found := overwhelming(seen)) is not None:
        record, share = found
        logger.warning(
            "Trial %d holds %.0f %% of the variance of all losses, so importances are mostly about it. "
            'To leave it out pass target=, a function that returns None for it; method="ped-anova" goes by ranks.',
            record.number,
            100.0 * share,
        )


def checked(params: Sequence[str], records: Sequence[TrialRecord]) -> list[str]:
    """The names asked for, each once, when all are known.

    Raises:
        InvalidInput: one is not, or they are no list.
    """
    if isinstance(params, str):
        raise InvalidInput(explain("a list of names", repr(params), f"Pass [{params!r}]."))
    known = names_of(records)
    missing = [name for name in params if name not in known]
    if missing:
        raise InvalidInput(
            explain(f"parameters of complete trials: {known}", f"{missing}", "Correct the names.")
        )
    return list(dict.fromkeys(params))


def having(seen: Evidence, params: Sequence[str]) -> Evidence:
    """The trials that have all of these parameters."""
    places = [
        place
        for place, record in enumerate(seen.records)
        if all(name in record.domains and name in record.params for name in params)
    ]
    return Evidence([seen.records[place] for place in places], seen.Y[places])


def ranked(told: Mapping[str, float]) -> dict[str, float]:
    """Largest first; equal ones in their old order."""
    return dict(sorted(told.items(), key=lambda item: -item[1]))


def normalised(told: Mapping[str, float]) -> dict[str, float]:
    """Shares that sum to 1; equal ones where there is nothing to share."""
    total = sum(told.values())
    if total <= 0.0:
        return {name: 1.0 / len(told) for name in told}
    return {name: value / total for name, value in told.items()}
