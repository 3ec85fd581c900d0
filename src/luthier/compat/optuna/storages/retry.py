"""What Optuna does about trials whose worker died. Here they are tried again without being asked to."""

from typing import Any

from luthier.compat.optuna.notices import deprecated
from luthier.compat.optuna.trial.frozen import FrozenTrial, create_trial
from luthier.compat.optuna.trial.state import TrialState
from luthier.compat.support import absent

__all__ = ["RetryFailedTrialCallback", "RetryHeartbeatStaleTrialCallback"]


class RetryHeartbeatStaleTrialCallback:
    """Queues a failed trial's parameters again.

    As an argument of `RDBStorage` it says what luthier does in any case. It may be called by hand too, or given to
    `optimize` as a callback.

    Args:
        max_retry: how often at most; None for no limit.
        inherit_intermediate_values: not in luthier: a trial starts its curve anew.
    """

    def __init__(
        self,
        max_retry: int | None = None,
        inherit_intermediate_values: bool = False,  # noqa: FBT001, FBT002 - the original's signature
    ) -> None:
        if inherit_intermediate_values:
            raise absent(
                "optuna.storages.RetryHeartbeatStaleTrialCallback(inherit_intermediate_values=True)",
                "Write what a trial needs to go on to a checkpoint of your own.",
            )
        self.max_retry = max_retry

    def __call__(self, study: Any, trial: FrozenTrial) -> None:
        """Queue a failed trial's parameters again, unless that was done too often; other trials are left alone."""
        if trial.state is not TrialState.FAIL:
            return
        history = [*self.retry_history(trial), trial.number]
        if self.max_retry is not None and len(history) > self.max_retry:
            return
        attrs = {"failed_trial": history[0], "retry_history": history}
        study.add_trial(
            create_trial(
                state=TrialState.WAITING,
                params=trial.params,
                distributions=trial.distributions,
                user_attrs=trial.user_attrs,
                system_attrs=attrs,
            ),
        )

    @staticmethod
    def retried_trial_number(trial: FrozenTrial) -> int | None:
        """The number of the trial that was tried first; None for one that is no retry."""
        number: int | None = trial.system_attrs.get("failed_trial")
        return number

    @staticmethod
    def retry_history(trial: FrozenTrial) -> list[int]:
        """The numbers of the tries before."""
        return list(trial.system_attrs.get("retry_history", ()))


class RetryFailedTrialCallback(RetryHeartbeatStaleTrialCallback):
    """`RetryHeartbeatStaleTrialCallback` under its old name."""

    def __init__(
        self,
        max_retry: int | None = None,
        inherit_intermediate_values: bool = False,  # noqa: FBT001, FBT002 - the original's signature
    ) -> None:
        deprecated("RetryFailedTrialCallback", "RetryHeartbeatStaleTrialCallback")
        super().__init__(max_retry, inherit_intermediate_values)
