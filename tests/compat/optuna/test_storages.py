"""Stores, logging and public names of the Optuna door."""

import contextlib
import logging
import sqlite3
from pathlib import Path
from typing import Any

import pytest

import luthier
from luthier.compat import optuna
from luthier.compat.optuna.storages import (
    BaseStorage,
    InMemoryStorage,
    RDBStorage,
    RetryFailedTrialCallback,
    RetryHeartbeatStaleTrialCallback,
    fail_stale_trials,
)
from luthier.compat.optuna.study import StudyDirection
from luthier.compat.optuna.trial import TrialState
from luthier.compat.support import CompatWarning


def quadratic(trial: Any) -> Any:
    trial.report(0.5, 0)
    trial.set_user_attr("a", 1)
    return trial.suggest_float("x", -1, 1) ** 2


def test_a_file_of_optuna_itself_names_the_import(tmp_path: Path) -> None:
    path = tmp_path / "optuna.db"
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE trial_intermediate_values (step INTEGER)")
    before = path.read_bytes()
    for storage in (f"sqlite:///{path}", str(path)):
        with pytest.raises(luthier.StorageError, match="luthier import"):
            optuna.create_study(storage=storage)
    with pytest.raises(optuna.exceptions.StorageInternalError):
        RDBStorage(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_arguments_of_a_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    retry = RetryHeartbeatStaleTrialCallback(max_retry=3)
    storage = RDBStorage(url, heartbeat_interval=60, heartbeat_stale_trial_callback=retry)
    assert storage.get_heartbeat_interval() == 60
    assert storage.get_heartbeat_stale_trial_callback() is retry
    study = optuna.create_study(storage=storage)
    study.optimize(quadratic, n_trials=1)
    fail_stale_trials(study)
    assert study.trials[0].state is TrialState.COMPLETE
    for arguments in ({"engine_kwargs": {"pool_size": 3}}, {"grace_period": 120}):
        with pytest.warns(CompatWarning, match=next(iter(arguments))):
            RDBStorage(url, **arguments)
    with pytest.warns(CompatWarning, match="max_retry"):
        RDBStorage(url, heartbeat_stale_trial_callback=RetryHeartbeatStaleTrialCallback(max_retry=9))
    with pytest.raises(NotImplementedError, match="callbacks"):
        RDBStorage(url, heartbeat_stale_trial_callback=print)
    with pytest.raises(ValueError, match="heartbeat_interval"):
        RDBStorage(url, heartbeat_interval=0)


@pytest.mark.parametrize("storage", ["redis://localhost", "nothing", 3])
def test_what_is_no_store_is_refused(storage: Any) -> None:
    with pytest.raises((luthier.StorageError, NotImplementedError)):
        optuna.create_study(storage=storage)


def test_a_store_of_ones_own_is_named_as_absent() -> None:
    class Mine(BaseStorage):
        def __init__(self) -> None:
            pass

    with pytest.raises(NotImplementedError, match=r"luthier\.storage"):
        optuna.create_study(storage=Mine())


def test_a_store_answers_what_samplers_ask() -> None:
    storage = InMemoryStorage()
    study = optuna.create_study(study_name="s", storage=storage, direction="maximize")
    study.optimize(quadratic, n_trials=3)
    study.set_user_attr("k", 1)
    study_id = storage.get_study_id_from_name("s")
    assert study_id == study._study_id
    assert storage.get_study_name_from_id(study_id) == "s"
    assert storage.get_study_directions(study_id) == [StudyDirection.MAXIMIZE]
    assert storage.get_study_user_attrs(study_id) == {"k": 1}
    trials = storage.get_all_trials(study_id, deepcopy=False, states=(TrialState.COMPLETE,))
    assert [trial.number for trial in trials] == [0, 1, 2]
    assert storage.get_n_trials(study_id) == 3
    assert storage.get_n_trials(study_id, TrialState.FAIL) == 0
    assert storage.get_best_trial(study_id) == study.best_trial
    trial_id = storage.get_trial_id_from_study_id_trial_number(study_id, 1)
    assert storage.get_trial(trial_id) == trials[1]
    assert storage.get_trial_number_from_id(trial_id) == 1
    assert storage.get_trial_params(trial_id) == trials[1].params
    assert storage.get_trial_param(trial_id, "x") == trials[1].params["x"]
    assert storage.get_trial_user_attrs(trial_id) == {"a": 1}
    assert storage.get_trial_system_attrs(trial_id) == {}
    with pytest.raises(KeyError):
        storage.get_trial(trial_id + 100)
    with pytest.raises(KeyError):
        storage.get_all_trials(study_id + 1)


def test_a_failed_trial_may_be_queued_again_by_hand() -> None:
    study = optuna.create_study()
    retry = RetryHeartbeatStaleTrialCallback(max_retry=1)
    values = iter([None, None, None])

    def objective(trial: Any) -> Any:
        trial.suggest_float("x", 0, 1)
        return next(values)

    study.optimize(objective, n_trials=3, callbacks=[retry])
    first, second, third, *_ = study.trials
    assert second.params == first.params != third.params
    assert retry.retried_trial_number(second) == 0
    assert retry.retry_history(second) == [0]
    assert retry.retry_history(third) == []
    with pytest.warns(FutureWarning, match="RetryHeartbeatStaleTrialCallback"):
        RetryFailedTrialCallback()
    with pytest.raises(NotImplementedError, match="checkpoint"):
        RetryHeartbeatStaleTrialCallback(inherit_intermediate_values=True)


def test_reading_finished_trials_costs_no_further_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    study = optuna.create_study()
    study.optimize(quadratic, n_trials=20)
    store = study._storage.native
    calls = []
    changes = store.changes

    def counted(*arguments: Any, **options: Any) -> Any:
        calls.append(arguments)
        return changes(*arguments, **options)

    monkeypatch.setattr(store, "changes", counted)
    assert len(study.get_trials(deepcopy=False)) == len(study.trials) == 20
    assert len(calls) <= 3


def test_verbosity_and_handlers(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    assert optuna.logging.get_verbosity() == logging.INFO
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    assert optuna.logging.get_verbosity() == logging.WARNING
    optuna.create_study().optimize(quadratic, n_trials=1)
    assert not caplog.messages
    optuna.logging.set_verbosity(optuna.logging.INFO)
    optuna.logging.disable_propagation()
    try:
        optuna.create_study().optimize(quadratic, n_trials=1)
        assert not caplog.messages
    finally:
        optuna.logging.enable_propagation()
    optuna.create_study().optimize(quadratic, n_trials=1)
    assert any(message.startswith("Trial 0 finished with value: ") for message in caplog.messages)
    assert optuna.logging.get_logger("mine").name == "mine"


def test_a_handler_of_the_logger_optuna_hears_what_trials_say() -> None:
    """The line of Optuna's own tutorial on storages."""
    heard: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: heard.append(record.getMessage())  # type: ignore[method-assign]  # its one hook
    optuna.logging.get_logger("optuna").addHandler(handler)
    try:
        optuna.create_study().optimize(quadratic, n_trials=1)
    finally:
        optuna.logging.get_logger("optuna").removeHandler(handler)
    assert any("Trial 0 finished" in line for line in heard)


def test_the_default_handler_can_be_taken_away(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    logger = logging.getLogger("luthier")
    monkeypatch.setattr(logger, "handlers", [])
    study = optuna.create_study()
    study.optimize(quadratic, n_trials=1)
    assert "Trial 0 finished with value" in capsys.readouterr().err
    optuna.logging.disable_default_handler()
    study.optimize(quadratic, n_trials=1)
    assert capsys.readouterr().err == ""
    optuna.logging.enable_default_handler()
    study.optimize(quadratic, n_trials=1)
    assert "Trial 2 finished" in capsys.readouterr().err


#: The public names of Optuna 5.0.0 that are this part's to cover.
PUBLIC = {
    "": "Study Trial TrialPruned __version__ copy_study create_study create_trial delete_study distributions "
    "exceptions get_all_study_names get_all_study_summaries integration load_study logging pruners samplers "
    "search_space storages study trial version",
    "distributions": "BaseDistribution CategoricalChoiceType CategoricalDistribution DISTRIBUTION_CLASSES "
    "DiscreteUniformDistribution FloatDistribution IntDistribution IntLogUniformDistribution "
    "IntUniformDistribution LogUniformDistribution UniformDistribution check_distribution_compatibility "
    "distribution_to_json json_to_distribution",
    "exceptions": "CLIUsageError DuplicatedStudyError ExperimentalWarning OptunaError StorageInternalError "
    "TrialPruned UpdateFinishedTrialError",
    "integration": "BoTorchSampler PyCmaSampler CatBoostPruningCallback DaskStorage MLflowCallback "
    "WeightsAndBiasesCallback KerasPruningCallback LightGBMPruningCallback LightGBMTuner LightGBMTunerCV "
    "TorchDistributedTrial PyTorchIgnitePruningHandler PyTorchLightningPruningCallback OptunaSearchCV "
    "ShapleyImportanceEvaluator SkorchPruningCallback TensorBoardCallback TensorFlowPruningHook "
    "TFKerasPruningCallback XGBoostPruningCallback FastAIV2PruningCallback FastAIPruningCallback "
    "botorch catboost cma fastaiv2 keras lightgbm mlflow pytorch_distributed "
    "pytorch_ignite pytorch_lightning sklearn skorch tensorboard tensorflow "
    "tfkeras wandb xgboost",
    "logging": "CRITICAL DEBUG ERROR FATAL INFO WARN WARNING get_logger get_verbosity set_verbosity "
    "disable_default_handler enable_default_handler disable_propagation enable_propagation",
    "pruners": "BasePruner HyperbandPruner MedianPruner NopPruner PatientPruner PercentilePruner "
    "SuccessiveHalvingPruner ThresholdPruner WilcoxonPruner",
    "samplers": "BaseSampler BaseGASampler BruteForceSampler CmaEsSampler GridSampler NSGAIISampler "
    "NSGAIIISampler PartialFixedSampler QMCSampler RandomSampler TPESampler GPSampler nsgaii",
    "samplers.nsgaii": "BaseCrossover BaseMutation BLXAlphaCrossover PolynomialMutation SBXCrossover "
    "SPXCrossover UNDXCrossover UniformCrossover VSBXCrossover",
    "search_space": "IntersectionSearchSpace intersection_search_space",
    "storages": "BaseStorage BaseJournalLogStorage InMemoryStorage RDBStorage JournalStorage JournalFileStorage "
    "JournalRedisStorage JournalFileSymlinkLock JournalFileOpenLock RetryHeartbeatStaleTrialCallback "
    "RetryFailedTrialCallback fail_stale_trials GrpcStorageProxy run_grpc_proxy_server",
    "storages.journal": "JournalFileBackend BaseJournalBackend JournalFileOpenLock JournalFileSymlinkLock "
    "JournalRedisBackend JournalStorage",
    "study": "MaxTrialsCallback StudyDirection StudySummary copy_study create_study delete_study "
    "get_all_study_names get_all_study_summaries load_study Study",
    "trial": "BaseTrial FixedTrial FrozenTrial Trial TrialState create_trial",
}


@pytest.mark.parametrize("module", PUBLIC)
def test_every_public_name_is_here_or_says_what_to_use(module: str) -> None:
    home = optuna
    for part in filter(None, module.split(".")):
        home = getattr(home, part)
    for name in PUBLIC[module].split():
        try:
            found = getattr(home, name)
        except NotImplementedError as absence:
            found = str(absence)
        assert found is not None
        if isinstance(found, str) and found.startswith("Expected"):
            assert name in found.partition("got ")[2]
            assert found.count(". ") == 1, "one sentence says what to use"


def test_unknown_names_are_attribute_errors() -> None:
    for home in (optuna, optuna.samplers, optuna.storages, optuna.integration):
        with pytest.raises(AttributeError):
            _ = home.no_such_name
    assert "create_study" in dir(optuna)
    with pytest.raises(NotImplementedError, match="create-study"):
        _ = optuna.cli


def test_exceptions_are_those_of_both_sides() -> None:
    assert issubclass(optuna.TrialPruned, luthier.TrialPruned)
    assert issubclass(optuna.TrialPruned, optuna.exceptions.OptunaError)
    assert issubclass(optuna.exceptions.DuplicatedStudyError, luthier.StudyExists)
    assert issubclass(optuna.exceptions.StorageInternalError, luthier.StorageError)
