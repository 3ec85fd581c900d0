"""The live trial: what an objective receives, whichever thread or process it runs in."""

import copy
import warnings
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any, NoReturn, Protocol, TypeAlias, TypeVar, final

from luthier.base.callsite import outside
from luthier.base.errors import IllegalTransition, InvalidDomain, InvalidInput, NotStorable, explain
from luthier.base.jsonvalue import native, to_json
from luthier.executors.arguments import (
    ABSENT,
    categorical,
    checked_domain,
    fitted,
    metric_name,
    named,
    real,
    whole,
)
from luthier.records.messages import Asked, Decision, Job, Logged, Reported, Suggest
from luthier.space.arguments import declared
from luthier.space.domains import Domain, Float, Int, interned

__all__ = ["Channel", "Contents", "Note", "Trial", "TrialWarning", "channel_of", "contents", "end"]

Choice = TypeVar("Choice")

#: Values of these types are stored as they are, and cannot change once they are set as an attribute.
FROZEN = frozenset({bool, float, str, type(None)})


class TrialWarning(RuntimeWarning):
    """A trial goes on, but not quite as the objective or `enqueue` asked."""


#: Parameters, domains, constraints and attributes of a trial.
Contents: TypeAlias = tuple[dict[str, Any], dict[str, Domain], dict[str, float], dict[str, Any]]

#: Told of the number of a trial and its contents, as they will be, before each change; it may refuse by raising.
Note: TypeAlias = Callable[[int, Contents], None]


class Channel(Protocol):
    """How a trial reaches its driver."""

    def ask(self, message: Suggest) -> Any:
        """Wait for a value of the message's domain."""

    def tell(self, message: Reported | Logged) -> None:
        """Send a message, without waiting for anything."""

    def verdict(self) -> Decision:
        """Wait for the decision on the trial's newest report; only asked after one."""


@final
class Trial:
    """One attempt of one trial.

    Parameters come into being by being asked for, so a search space may have branches and loops. Not
    thread-safe. After its end, also one that another process told, every call that would change it raises
    `IllegalTransition`.

    Args:
        job: what is to be run.
        channel: how it reaches its driver.
        note: told of each change, for a trial that somebody else may end; None where the end tells all.
    """

    __slots__ = (
        "_attrs",
        "_channel",
        "_constraints",
        "_decision",
        "_domains",
        "_job",
        "_note",
        "_params",
        "_said",
        "_steps",
    )

    def __init__(self, job: Job, channel: Channel, note: Note | None = None) -> None:
        self._job = job
        self._channel = channel
        self._note = note
        self._params: dict[str, Any] = {}
        self._domains: dict[str, Domain] = {}
        self._constraints: dict[str, float] = {}
        self._attrs: dict[str, Any] = dict(job.user_attrs)
        self._steps: set[int] = set()
        #: How many of the parameters the driver knows of.
        self._said = 0
        #: None while the verdict on the newest report is not known.
        self._decision: Decision | None = Decision.CONTINUE

    def __repr__(self) -> str:
        return f"Trial(number={self.number}, params={self._params})"

    @property
    def number(self) -> int:
        """The trial's position in the study: 0, 1, 2 and so on."""
        return self._job.trial

    @property
    def attempt(self) -> int:
        """Which try this is: 1 unless the trial was started before and lost."""
        return self._job.attempt

    @property
    def given(self) -> dict[str, Any]:
        """A copy of the values that were enqueued or proposed before the objective ran, asked for or not."""
        return {**self._job.given}

    @property
    def params(self) -> dict[str, Any]:
        """A copy of the values asked for so far, in the order asked."""
        return self._params.copy()

    @property
    def domains(self) -> dict[str, Domain]:
        """A copy of the search ranges of `params`."""
        return self._domains.copy()

    @property
    def user_attrs(self) -> dict[str, Any]:
        """A copy of the trial's attributes."""
        return self._attrs.copy()

    @property
    def constraints(self) -> dict[str, float]:
        """A copy of the constraints set so far."""
        return self._constraints.copy()

    def suggest_float(
        self,
        name: str,
        low: float,
        high: float,
        *,
        step: float | None = None,
        log: bool = False,
    ) -> float:
        """A real number in `[low, high]`, both ends included.

        Args:
            name: names the parameter throughout the study.
            low: the smallest value.
            high: the largest value.
            step: only `low`, `low + step`, `low + 2 * step`, … are given.
            log: every order of magnitude counts alike; needs `low > 0`, and may have a step.

        Raises:
            InvalidDomain: a range that cannot exist.
        """
        try:
            domain = interned(Float, low, high, log, step)
        except (TypeError, InvalidDomain):  # cannot be hashed or cannot exist: the domain itself says why
            domain = declared(name, Float, low, high, log, step)
        value: float = self._answer(name, domain)
        return value

    def suggest_int(self, name: str, low: int, high: int, *, step: int = 1, log: bool = False) -> int:
        """An integer in `[low, high]`, both ends included; the arguments are those of `suggest_float`.

        Raises:
            InvalidDomain: a range that cannot exist, or a bound that is not whole.
        """
        try:
            domain = interned(Int, low, high, log, step)
        except (TypeError, InvalidDomain):
            domain = declared(name, Int, low, high, log, step)
        value: int = self._answer(name, domain)
        return value

    def suggest_categorical(self, name: str, choices: Sequence[Choice]) -> Choice:
        """One of `choices`: any objects without an order, such as strings, None, tuples or classes.

        Raises:
            InvalidDomain: no choices, or the same one twice.
            NotStorable: a choice has no durable form.
        """
        value: Choice = self._answer(name, declared(name, categorical, choices))
        return value

    def suggest(self, name: str, domain: Domain) -> Any:
        """A value of a domain that was made beforehand, such as `luthier.Float(0, 1)`.

        Raises:
            InvalidDomain: that is no domain.
            NotStorable: a choice has no durable form.
        """
        return self._answer(name, checked_domain(name, domain))

    def report(self, value: float, step: int) -> None:
        """Report the objective's value at a step, such as the validation loss after an epoch.

        It does not wait for anyone. Of two reports at one step the first stands. NaN and infinities are
        legal.

        Args:
            value: a real number; scalars of numpy and torch count.
            step: 0 or more; steps need not come in order.

        Raises:
            InvalidInput: no real number, no such step, or the study has several objectives.
        """
        if self._job.objectives > 1:
            raise InvalidInput(
                explain(
                    "one objective, for a report is compared with those of other trials",
                    f"a study with {self._job.objectives}",
                    "Use trial.log({'name': value}, step) to record the course of each.",
                ),
            )
        step = whole(step)
        number = real(value, "the reported value")
        if step in self._steps:
            warnings.warn(
                explain(f"one report at step {step}", "another", "The first one stands."),
                TrialWarning,
                stacklevel=outside(),
            )
            return
        self._channel.tell(Reported(self.number, step, number))
        self._steps.add(step)
        self._decision = None

    def should_prune(self) -> bool:
        """Whether to `raise luthier.TrialPruned()`: the verdict on the newest report, False before any."""
        if self._decision is None:
            self._decision = self._channel.verdict()
        return self._decision is Decision.STOP

    def log(self, metrics: Mapping[str, float], step: int, *, note: Any = None) -> None:
        """Record numbers beside the objective, such as the learning rate. They do not influence the search.

        `note` is anything that can be pickled: it reaches the watchers of `optimize`, and is not kept.

        Raises:
            InvalidInput: a name is no string or empty, a value no real number, or no such step.
            NotStorable: a name is longer than 255 characters, or has a NUL or half of a surrogate pair.
        """
        if not isinstance(metrics, Mapping):
            got = f"{metrics!r} of type {type(metrics).__qualname__}"
            raise InvalidInput(explain("a dict of names and numbers", got, "Pass {'name': value}."))
        step = whole(step)
        numbers = {metric_name(key): real(value, f"metric {key!r}") for key, value in metrics.items()}
        if numbers or note is not None:
            self._channel.tell(Logged(self.number, step, numbers, note))

    def set_user_attr(self, key: str, value: Any) -> None:
        """Keep a value with the trial. Setting a key again replaces its value.

        Raises:
            NotStorable: the value has no durable form.
            InvalidInput: the key is no string or empty.
            IllegalTransition: the trial was told, so nothing more can be said of it.
        """
        key = named(key, "a user attribute")
        if type(value) not in FROZEN:
            to_json(value)
            value = copy.deepcopy(native(value))
        if self._note is not None:
            attrs = {**self._attrs, key: value}
            self._note(self.number, (self._params, self._domains, self._constraints, attrs))
        self._attrs[key] = value

    def set_constraint(self, name: str, value: float) -> None:
        """Set a constraint: it holds when `value <= 0`. NaN says that it could not be met.

        Raises:
            InvalidInput: no real number, or the name is no string or empty.
            IllegalTransition: the trial was told, so nothing more can be said of it.
        """
        number = real(value, f"constraint {named(name, 'a constraint')!r}")
        if self._note is not None:
            constraints = {**self._constraints, name: number}
            self._note(self.number, (self._params, self._domains, constraints, self._attrs))
        self._constraints[name] = number

    def _answer(self, name: str, domain: Domain) -> Any:
        """The value of `name`: from before, from the job, or else from the driver."""
        if name in self._params:
            return self._again(name, domain)
        value = fitted(domain, self._job.given.get(name, ABSENT))
        if value is ABSENT:
            value = self._ask(named(name, "a parameter"), domain)
        if self._note is not None:
            params, domains = {**self._params, name: value}, {**self._domains, name: domain}
            self._note(self.number, (params, domains, self._constraints, self._attrs))
        self._params[name] = value
        self._domains[name] = domain
        return value

    def _again(self, name: str, domain: Domain) -> Any:
        """The value that `name` has already."""
        before = self._domains[name]
        if before is domain or before == domain:
            return self._params[name]
        if type(before) is not type(domain):
            raise InvalidInput(
                explain(f"{name!r} to stay {before}", f"{domain} in the same trial", "Use another name."),
            )
        warnings.warn(
            explain(
                f"{name!r} to keep its range {before}",
                f"{domain} in the same trial",
                f"Its value stays {self._params[name]!r}; use another name for another range.",
            ),
            TrialWarning,
            stacklevel=outside(),
        )
        return self._params[name]

    def _ask(self, name: str, domain: Domain) -> Any:
        """A value of `domain` from the driver."""
        known, given = self._job.domains.get(name), self._job.given.get(name, ABSENT)
        # In an enqueued trial too a sampler may have given what was left open: that fits the range it was given for.
        if given is not ABSENT and (known is None or (self._job.enqueued and fitted(known, given) is ABSENT)):
            warnings.warn(
                explain(
                    f"the enqueued value of {name!r} to lie in {domain}",
                    repr(given),
                    "The sampler chooses instead; enqueue a value of the range.",
                ),
                TrialWarning,
                stacklevel=outside(),
            )
        value = fitted(domain, self._channel.ask(Suggest(self.number, name, domain, self._since())))
        if value is ABSENT:
            raise NotStorable(
                explain(
                    f"choices of {name!r} that can be told by their value",
                    f"{domain}, whose choice the driver could not name",
                    "Choose among names, and look the object up in the objective.",
                ),
            )
        self._said = len(self._params) + 1
        return value

    def _since(self) -> Sequence[Asked]:
        """What was taken from the job since the driver was asked last."""
        if self._said == len(self._params):
            return ()
        since = islice(self._params.items(), self._said, None)
        return [(name, self._domains[name], value) for name, value in since]


# ruff: noqa: SLF001 - the same module


def contents(trial: Trial) -> Contents:
    """Parameters, domains, constraints and attributes of a trial that is over: its own mappings, not copies."""
    return trial._params, trial._domains, trial._constraints, trial._attrs


def end(trial: Trial) -> None:
    """Nothing more can be said of the trial: its objective is over, but a thread that it started may live on."""
    trial._channel = OVER


class Over:
    """The channel of a trial that is over."""

    __slots__ = ()

    def ask(self, message: Suggest) -> NoReturn:
        """Refuse."""
        raise over(message.trial)

    def tell(self, message: Reported | Logged) -> NoReturn:
        """Refuse."""
        raise over(message.trial)

    def verdict(self) -> Decision:
        """Whoever asks still is to stop."""
        return Decision.STOP


OVER = Over()


def over(trial: int) -> IllegalTransition:
    """The error for what is said of a trial that ended."""
    got, fix = f"trial {trial}, which ended", "Say it before the objective returns: wait for its threads."
    return IllegalTransition(explain("a running trial", got, fix))


def channel_of(trial: Trial) -> Channel:
    """How a trial reaches its driver."""
    return trial._channel
