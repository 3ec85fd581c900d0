"""The objective that an experiment is to luthier: it settles the configuration and runs the trainable."""

import atexit
import inspect
import math
import os
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from numbers import Number
from pathlib import Path
from typing import Any, TextIO, final

from luthier.base.errors import InvalidInput, TrialPruned, explain
from luthier.compat.tune.contract import Saves
from luthier.compat.tune.domains import Categorical as Chosen
from luthier.compat.tune.domains import Ranged
from luthier.compat.tune.flat import FlatResult, nest
from luthier.compat.tune.placement import VISIBLE, share_of
from luthier.compat.tune.session import ANONYMOUS, Over, Session, current
from luthier.compat.tune.settings import Settings, link_of
from luthier.compat.tune.storable import number_of, plain_result, storable_part
from luthier.compat.tune.trainable import Trainable
from luthier.compat.tune.variants import overlay, resolve, values_in
from luthier.executors.trial import Trial
from luthier.space.domains import Categorical, Domain, Float, Int

__all__ = ["RESULT", "SETTLED", "TrialRunner", "value_of"]

#: Attributes of a luthier trial: its configuration and its last result, as far as they can be kept.
SETTLED = "config"
RESULT = "result"

#: The environment variable with a worker's slot; a trial that runs in the caller's process has none.
SLOT = "LUTHIER_WORKER"

#: How numeric libraries are told how many threads to start.
THREADS = "OMP_NUM_THREADS"


@final
class TrialRunner:
    """Runs one trial of an experiment after the other.

    Picklable: in a worker, devices are shared out before the trainable is loaded, since its modules may look at them.
    """

    def __init__(self, settings: Settings, trainable: Any) -> None:
        self.settings = settings
        self.trainable = trainable
        #: The object of a class trainable that waits for another trial.
        self.idle: Trainable | None = None

    def __reduce__(self) -> tuple[Callable[..., "TrialRunner"], tuple[bytes, bytes]]:
        import cloudpickle

        return loaded, (cloudpickle.dumps(self.settings), cloudpickle.dumps(self.trainable))

    def __call__(self, trial: Trial) -> Any:
        """Run the trial; its value is the last one that it reported, and with several objectives one of each.

        Raises:
            TrialPruned: it was stopped early, or has no value that could be compared.
        """
        session = self.begin(trial)
        pruned = False
        with ExitStack() as stack:
            stack.enter_context(current(session))
            stack.enter_context(redirected(self.settings.logs, session.directory))
            share_threads(self.settings)
            try:
                self.train(session)
            except Over as over:
                pruned = over.pruned
            finally:
                session.close()
                trial.set_user_attr(RESULT, storable_part(without_config(session.last)))
        if pruned:
            raise TrialPruned
        return value_of(session.values, session.metrics)

    def begin(self, trial: Trial) -> Session:
        """Settle the configuration of a trial, and where it lives."""
        settings = self.settings
        member, link = link_of(trial.user_attrs, trial.number)

        changed = values_in(settings.space, link.get("config", {}))

        def choose(name: str, verb: Ranged) -> Any:
            inside = name not in changed or verb.native.contains(changed[name])
            if inside:
                return trial.suggest(name, verb.native)
            outside = changed[name]
            return trial.suggest(name, Categorical((outside,)) if isinstance(verb, Chosen) else only(outside))

        config = resolve(settings.space, choose, seed=settings.seed, number=member)
        if settings.define is not None:
            overlay(config, settings.define(trial) or {})
        overlay(config, brought(trial, settings))
        overlay(config, link.get("config", {}))
        trial.set_user_attr(SETTLED, storable_part(config))
        shown = settings.trial(member, config, trial.params)
        return Session(
            trial,
            settings,
            config=config,
            trial_id=shown.trial_id,
            directory=Path(shown.path),
            name=str(shown),
        )

    def train(self, session: Session) -> None:
        """Run the trainable to its end.

        Raises:
            Over: it was ended.
        """
        if isinstance(self.trainable, type):
            self.train_class(session)
        else:
            train_function(self.trainable, session)

    def train_class(self, session: Session) -> None:
        """Call `train` until the trial is over."""
        trainable = self.made(session)
        over: Over | None = None
        try:
            if session.start_from is not None:
                trainable.restore(session.start_from)
            over = iterate(trainable, session)
        finally:
            if self.settings.reuse and over is not None:
                self.idle = trainable
                if SLOT in os.environ:
                    atexit.unregister(self.release)
                    atexit.register(self.release)
            else:
                trainable.stop()
        raise over

    def release(self) -> None:
        """Clean up the object that waits for another trial."""
        idle, self.idle = self.idle, None
        if idle is not None:
            idle.stop()

    def made(self, session: Session) -> Trainable:
        """The object that runs a trial: the one of the last trial if it takes the new configuration, else a new one."""
        idle, self.idle = self.idle, None
        if idle is not None:
            if idle.reset(session.config):
                return idle
            idle.stop()
        made: Trainable = self.trainable(session.config)
        return made


def brought(trial: Trial, settings: Settings) -> dict[str, Any]:
    """Values that a search brought along, although the space does not name them."""
    more = {name: value for name, value in settings.brought(trial.given).items() if name not in trial.params}
    for name, value in more.items():
        trial.suggest(name, only(value))
    return nest(more)


def only(value: Any) -> Domain:
    """The range of one value."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Categorical((value,))
    return Int(value, value) if isinstance(value, int) else Float(value, value)


def iterate(trainable: Trainable, session: Session) -> Over:
    """Train and report until the trial is over; how it is."""
    checkpoints, saves = session.settings.checkpoints, session.settings.saves
    frequency = checkpoints.checkpoint_frequency or 0
    before = 0.0 if saves is None else time_of(session.restored()[1], saves)
    while True:
        result = trainable.train()
        step = trainable.iteration
        saved = None
        wanted = (frequency and step % frequency == 0) or result.get("should_checkpoint")
        if saves is not None:
            now = time_of(result, saves)
            wanted, before = wanted or saves.due(before, now), now
        if wanted:
            saved = save(trainable, session)
        try:
            session.deliver(result, step=step, checkpoint=saved)
        except Over as over:
            if checkpoints.checkpoint_at_end and saved is None:
                session.keep(save(trainable, session), result)
            return over


def time_of(result: Mapping[str, Any], saves: Saves) -> float:
    """The time of a result as the scheduler counts it; 0 where it has none."""
    time = number_of(FlatResult(result).get(saves.time_attr))
    return 0.0 if math.isnan(time) else time


def save(trainable: Trainable, session: Session) -> Path:
    """Save a checkpoint into a new directory of the trial."""
    path = session.kept.begin()
    trainable.save(str(path))
    return path


def train_function(func: Callable[..., Any], session: Session) -> None:
    """Call a function trainable; report what it returns or yields."""
    extra = {}
    if "checkpoint_dir" in parameters_of(
        func
    ):  # how trainables were told of checkpoints before get_checkpoint
        start = session.start_from
        extra["checkpoint_dir"] = None if start is None else start.path
    output = func(session.config, **extra)
    if inspect.isgenerator(output):
        for item in output:
            report_output(item, session)
    else:
        report_output(output, session)


def report_output(output: Any, session: Session) -> None:
    """Report what a function returned: a dict of metrics, or the objective itself.

    Raises:
        InvalidInput: it is neither.
    """
    output = plain_result({ANONYMOUS: output})[ANONYMOUS]
    if output is None or output is False:
        return
    if isinstance(output, Mapping):
        if output:
            session.report(output)
    elif isinstance(output, Number):
        names = session.settings.metrics if len(session.settings.metrics) == 1 else ()
        session.report({ANONYMOUS: output, **dict.fromkeys(names, output)})
    else:
        raise InvalidInput(
            explain("a trainable that returns a number or a dict", repr(output), 'Return {"metric": value}.')
        )


def value_of(values: Mapping[str, float], metrics: list[str]) -> Any:
    """The value of a trial for its study: the newest of each objective.

    Raises:
        TrialPruned: there is none, or it is NaN: the trial ends without a value, and cannot win.
    """
    missing = [metric for metric in metrics if math.isnan(values.get(metric, math.nan))]
    if missing:
        verb = "is NaN or no number" if missing[0] in values else "was never reported"
        raise TrialPruned(f"{missing[0]} {verb}")
    if not metrics:
        raise TrialPruned("no number was reported")
    found = [values[metric] for metric in metrics]
    return found if len(found) > 1 else found[0]


def loaded(settings: bytes, trainable: bytes) -> TrialRunner:
    """The runner in a worker: devices first, then the trainable, whose modules may look at them."""
    known: Settings = pickle.loads(settings)  # noqa: S301 - from this process's own driver
    occupy(known)
    return TrialRunner(known, pickle.loads(trainable))  # noqa: S301 - from this process's own driver


def occupy(settings: Settings) -> None:
    """Give a worker its share of the GPUs and cores; in the caller's process everything stays as it is."""
    slot = os.environ.get(SLOT)
    if slot is None:
        return
    if settings.gpus:
        os.environ[VISIBLE] = ",".join(share_of(settings.gpus, settings.needs.gpus, int(slot)))
    os.environ[THREADS] = str(max(1, int(settings.needs.cpus)))


def share_threads(settings: Settings) -> None:
    """Tell torch, where it is loaded, how many threads a trial may use."""
    torch = sys.modules.get("torch")
    if torch is not None and SLOT in os.environ:
        torch.set_num_threads(max(1, int(settings.needs.cpus)))


@contextmanager
def redirected(logs: tuple[str, str] | None, directory: Path) -> Iterator[None]:
    """Write what is printed to files of a trial's directory as well."""
    if logs is None:
        yield
        return
    directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        files = [stack.enter_context((directory / name).open("a", encoding="utf-8")) for name in logs]
        stack.enter_context(redirect_stdout(Tee(sys.stdout, files[0])))
        stack.enter_context(redirect_stderr(Tee(sys.stderr, files[1])))
        yield


@final
class Tee:
    """A text stream that writes to two."""

    def __init__(self, first: TextIO, second: TextIO) -> None:
        self.first, self.second = first, second

    def write(self, text: str) -> int:
        """Write to both."""
        self.second.write(text)
        return self.first.write(text)

    def flush(self) -> None:
        """Flush both."""
        self.second.flush()
        self.first.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.first, name)


def parameters_of(func: Callable[..., Any]) -> Mapping[str, inspect.Parameter]:
    """The parameters of a function, as far as it tells."""
    try:
        return inspect.signature(func).parameters
    except (TypeError, ValueError):
        return {}


def without_config(result: Mapping[str, Any]) -> dict[str, Any]:
    """A result without the configuration, which is kept beside it."""
    return {key: value for key, value in result.items() if key != SETTLED}
