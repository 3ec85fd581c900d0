"""What the verbs of sweeps print: the plan before, the result after."""

import shlex
from collections.abc import Iterator
from typing import Any

from luthier.frontends.sweep.execute import Outcome, shown_command
from luthier.frontends.sweep.nested import nested
from luthier.frontends.sweep.plan import Plan
from luthier.frontends.sweep.studies import Sweep
from luthier.frontends.table import short_value
from luthier.records.state import TrialState
from luthier.records.trial import TrialRecord
from luthier.space.codec import decoder
from luthier.space.domains import Categorical, Domain

__all__ = ["plan_page", "result_page"]

#: The middle of a range in the unit cube: an example of its values.
MIDDLE = 0.5

#: How many lines of a failed run's output are shown.
TAIL_LINES = 12


def plan_page(plan: Plan, *, study: str, storage: str, count: int | None) -> str:
    """What a sweep would do."""
    rows = [("study", f"{study} in {storage}"), ("method", method_line(plan))]
    if plan.metric is not None:
        target = "" if plan.metric.target is None else f", until {plan.metric.target:g}"
        rows.append(("metric", f"{plan.metric.direction} {plan.metric.name}{target}"))
    rows.append(("runs", runs_line(plan, count)))
    if plan.bands is not None:
        rows.append(("early stop", bands_line(plan)))
    rows += [(f"  {each.name}", domain_line(each.domain)) for each in plan.parameters]
    example = nested((each.path, decoder(each.domain)(MIDDLE)) for each in plan.parameters)
    rows.append(("such as", shlex.join(shown_command(plan, example))))
    rows += [("note", note) for note in plan.notes]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:{width}}  {told}" for name, told in rows)


def method_line(plan: Plan) -> str:
    """The search in words."""
    words = {
        "bayes": "bayes: the default search, a model of all parameters",
        "grid": f"grid: {plan.size} configurations, each once",
        "random": "random: independent draws",
    }
    return words[plan.method]


def runs_line(plan: Plan, count: int | None) -> str:
    """How many runs there will be."""
    limits = [(count, "--count"), (plan.run_cap, "run_cap"), (plan.size, "the grid")]
    known = [(limit, why) for limit, why in limits if limit is not None]
    if not known:
        return "until Ctrl-C: neither run_cap nor --count says how many"
    limit, why = min(known)
    return f"at most {limit} ({why})"


def bands_line(plan: Plan) -> str:
    """The first decisions of the rule."""
    bands = plan.bands
    if bands is None:
        return ""
    reached = sorted({band for step in range(1, 1000) if (band := bands.reached(step)) is not None})
    shown = ", ".join(map(str, reached[:5])) + (", …" if len(reached) > 5 else "")
    return f"hyperband at iterations {shown} of the metric: about 1 in {bands.eta:g} goes on"


def domain_line(domain: Domain) -> str:
    """A range in words."""
    if isinstance(domain, Categorical):
        weights = "" if domain.weights is None else "  " + ", ".join(f"{w:.3g}" for w in domain.weights)
        return ", ".join(map(repr, domain.choices)) + weights
    step = "" if domain.step in {None, 1} else f", step {domain.step:g}"
    log = ", log scale" if domain.log else ""
    prior = "" if domain.prior is None else f", {domain.prior}"
    return f"{domain.low:g} to {domain.high:g}{step}{log}{prior}"


def result_page(made: Sweep, outcome: Outcome, storage: str) -> str:
    """How a call went, its best run, and where to look further."""
    return "\n".join(result_lines(made, outcome, storage))


def result_lines(made: Sweep, outcome: Outcome, storage: str) -> Iterator[str]:
    """The lines of it."""
    study, plan = made.study, made.plan
    done, best = outcome.done, study.view.best
    if done:
        counts = ", ".join(
            f"{count} {state.value.lower()}" for state, count in outcome.counts.items() if count
        )
        minutes, seconds = divmod(int(outcome.seconds), 60)
        yield f"\n{done} run{'s' * (done != 1)} in {minutes}:{seconds:02d}: {counts}."
    elif study.trials:
        yield "Nothing is left to run."
        failed = sum(record.state is TrialState.FAILED for record in study.trials)
        if failed:
            runs = f"{failed} runs" if failed > 1 else "One run"
            yield f"{runs} failed, and what was tried is not tried again: --name begins anew under another name."
    else:
        yield "No run yet."
    if outcome.flapping is not None:
        yield from flapping_lines(outcome.flapping, done)
    target = plan.metric.target if plan.metric is not None else None
    if best is not None and plan.metric is not None and plan.metric.reached(best.value):
        yield f"The target {target:g} is reached: no further runs."
    if best is not None and plan.metric is not None:
        yield f"Best: trial {best.number} with {plan.metric.name} {short_value(best.value)}"
        yield f"    {shlex.join(shown_command(plan, config_of(plan, best)))}"
    place, name = shlex.quote(storage), shlex.quote(study.name)
    number = (
        outcome.flapping.number if outcome.flapping is not None else best.number if best is not None else 0
    )
    yield f"All runs:   luthier show {place} {name}"
    if study.trials:
        yield f"One run:    luthier show {place} {name} --trial {number}"
    yield f"More runs:  luthier agent {name}" + ("" if storage == "luthier.db" else f" --storage {place}")


def flapping_lines(record: TrialRecord, failed: int) -> Iterator[str]:
    """Why a sweep ended before anything worked."""
    yield f"Stopped: the first {failed} runs failed. The last one, trial {record.number}: {record.reason}"
    output = (record.detail or "").rpartition("--- output ---\n")[2].rstrip().splitlines()
    yield from (f"    {line}" for line in output[-TAIL_LINES:])
    yield "Correct the script and run the same command again; WANDB_AGENT_DISABLE_FLAPPING=true goes on regardless."


def config_of(plan: Plan, record: TrialRecord) -> dict[str, Any]:
    """The configuration of a run, nested."""
    return nested(
        (each.path, record.params[each.name]) for each in plan.parameters if each.name in record.params
    )
