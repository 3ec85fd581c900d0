"""Hyperopt's TPE over the tree of conditions; its running trials count as bad ones, as it documents.

Its own `fmin` does the same three steps: `suggest`, insert the documents, refresh. Failed trainings have STATUS_FAIL.
"""

import logging
import math
from typing import Any, final

import numpy as np
from hyperopt import STATUS_FAIL, STATUS_OK, Trials, hp, tpe
from hyperopt.base import JOB_STATE_DONE, JOB_STATE_RUNNING, Domain, spec_from_misc

from benchmarks.quality.tree import conditions_of
from benchmarks.quality.tuners.axes import Axis, axes, completed
from benchmarks.quality.tuners.protocol import Fixed, Search, Setup
from luthier.testing.problems import Problem

__all__ = ["expression", "open_search"]

logging.getLogger("hyperopt").setLevel(logging.ERROR)

#: Seeds of single proposals are below this, as in `fmin`.
SEEDS = 2**31 - 1


def expression(problem: Problem) -> dict[str, Any]:
    """The search space: a parameter that decides over others carries them in its branches.

    An integer that does becomes a choice among its values, which is how Hyperopt writes a number of layers.
    """
    known = axes(problem.space)
    conditions = {name: found for name, found in conditions_of(problem).items() if found.parent in known}

    def node(name: str) -> Any:
        axis = known[name]
        under = [child for child in known if child in conditions and conditions[child].parent == name]
        if not under:
            return single(name, axis)
        branches = [
            {"": place} | {child: nodes[child] for child in under if place in conditions[child].places}
            for nodes in [{child: node(child) for child in under}]
            for place in range(int(axis.high) + 1)
        ]
        return hp.choice(name, branches)

    return {name: node(name) for name in known if name not in conditions}


def single(name: str, axis: Axis) -> Any:
    """A parameter without branches."""
    if axis.kind == "choice":
        return hp.choice(name, list(range(int(axis.high) + 1)))
    if axis.log:
        low, high = math.log(axis.low), math.log(axis.high)
        return hp.qloguniform(name, low, high, 1) if axis.kind == "int" else hp.loguniform(name, low, high)
    return (hp.uniformint if axis.kind == "int" else hp.uniform)(name, axis.low, axis.high)


def flattened(spec: dict[str, Any]) -> dict[str, Any]:
    """The values of a branch and of the branches in it."""
    flat: dict[str, Any] = {}
    for name, value in spec.items():
        if isinstance(value, dict):
            flat |= {name: value[""]} | flattened({key: inner for key, inner in value.items() if key})
        else:
            flat[name] = value
    return flat


@final
class HyperoptSearch:
    """`fmin` taken apart into ask and tell."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.trials = Trials()
        self.domain = Domain(lambda spec: spec, expression(setup.problem), pass_expr_memo_ctrl=False)
        self.rng = np.random.default_rng(setup.seed)

    def ask(self) -> Fixed:
        """The next configuration, entered as a running trial."""
        ids = self.trials.new_trial_ids(1)
        self.trials.refresh()
        documents = tpe.suggest(ids, self.domain, self.trials, int(self.rng.integers(SEEDS)))
        for document in documents:
            document["state"] = JOB_STATE_RUNNING
        self.trials.insert_trial_docs(documents)
        self.trials.refresh()
        document = self.trials._dynamic_trials[-1]  # noqa: SLF001 - what `fmin` itself reads
        memo = self.domain.memo_from_config(spec_from_misc(document["misc"]))
        raw = flattened(evaluated(self.domain, memo))
        return Fixed(completed(self.setup.problem.space, raw), document)

    def tell(self, asked: Fixed, value: float) -> None:
        """The value of a configuration."""
        good = math.isfinite(value)
        asked.token["state"] = JOB_STATE_DONE
        asked.token["result"] = {"status": STATUS_OK, "loss": value} if good else {"status": STATUS_FAIL}
        self.trials.refresh()


def evaluated(domain: Any, memo: Any) -> Any:
    """The nested values that an objective would be given."""
    from hyperopt import pyll

    return pyll.rec_eval(domain.expr, memo=memo, print_node_on_error=False)


def open_search(_variant: str, setup: Setup) -> Search:
    """A search by TPE with its defaults."""
    return HyperoptSearch(setup)
