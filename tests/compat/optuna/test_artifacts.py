"""`optuna.artifacts` through the door."""

import io
from pathlib import Path
from typing import BinaryIO

import pytest

from luthier.compat import optuna
from luthier.compat.optuna.artifacts import (
    Backoff,
    FileSystemArtifactStore,
    download_artifact,
    get_all_artifact_meta,
    upload_artifact,
)
from luthier.compat.optuna.artifacts.exceptions import ArtifactNotFound


@pytest.fixture
def store(tmp_path: Path) -> FileSystemArtifactStore:
    (tmp_path / "artifacts").mkdir()
    return FileSystemArtifactStore(str(tmp_path / "artifacts"))


@pytest.fixture
def report(tmp_path: Path) -> str:
    path = tmp_path / "report.csv.gz"
    path.write_bytes(b"numbers")
    return str(path)


def test_a_file_of_a_trial_comes_back_by_its_id(
    store: FileSystemArtifactStore, report: str, tmp_path: Path, url: str
) -> None:
    def objective(trial: optuna.Trial) -> float:
        upload_artifact(artifact_store=store, file_path=report, study_or_trial=trial)
        assert [meta.filename for meta in get_all_artifact_meta(trial)] == ["report.csv.gz"]
        assert trial.user_attrs == {}
        return trial.suggest_float("x", 0, 1)

    study = optuna.create_study(study_name="s", storage=url)
    study.optimize(objective, n_trials=2)
    again = optuna.load_study(study_name="s", storage=url)
    (meta,) = get_all_artifact_meta(again.best_trial, storage=again._storage)
    assert (meta.filename, meta.mimetype, meta.encoding) == ("report.csv.gz", "text/csv", "gzip")
    target = tmp_path / "copy.csv.gz"
    download_artifact(artifact_store=store, artifact_id=meta.artifact_id, file_path=str(target))
    assert target.read_bytes() == b"numbers"
    with pytest.raises(FileExistsError):
        download_artifact(artifact_store=store, artifact_id=meta.artifact_id, file_path=str(target))
    assert again.best_trial.user_attrs == {}
    assert get_all_artifact_meta(again) == []


def test_a_worker_process_uploads_too(store: FileSystemArtifactStore, report: str, url: str) -> None:
    def objective(trial: optuna.Trial) -> float:
        upload_artifact(artifact_store=store, file_path=report, study_or_trial=trial)
        return 0.0

    study = optuna.create_study(storage=url)
    study.optimize(objective, n_trials=1, n_jobs=2, executor="process")
    assert len(get_all_artifact_meta(study.trials[0], storage=study._storage)) == 1


def test_a_study_has_artifacts_of_its_own(store: FileSystemArtifactStore, report: str) -> None:
    study = optuna.create_study()
    made = upload_artifact(
        artifact_store=store, file_path=report, study_or_trial=study, mimetype="text/plain", encoding="x"
    )
    (meta,) = get_all_artifact_meta(study)
    assert (meta.artifact_id, meta.mimetype, meta.encoding) == (made, "text/plain", "x")


def test_a_frozen_trial_needs_its_storage(store: FileSystemArtifactStore, report: str) -> None:
    study = optuna.create_study()
    study.optimize(lambda _: 0.0, n_trials=1)
    with pytest.raises(ValueError, match="storage"):
        upload_artifact(artifact_store=store, file_path=report, study_or_trial=study.trials[0])
    with pytest.raises(ValueError, match="storage"):
        get_all_artifact_meta(study.trials[0])
    with pytest.raises(optuna.exceptions.UpdateFinishedTrialError):
        upload_artifact(
            artifact_store=store, file_path=report, study_or_trial=study.trials[0], storage=study._storage
        )


@pytest.mark.parametrize("artifact_id", ["../secret", "/etc/passwd", "a/b", "", "..", "."])
def test_no_id_leads_out_of_the_folder(store: FileSystemArtifactStore, artifact_id: str) -> None:
    for call in (store.open_reader, store.remove, lambda each: store.write(each, io.BytesIO(b""))):
        with pytest.raises((ValueError, OSError)):
            call(artifact_id)


def test_what_is_removed_or_never_was_is_not_found(store: FileSystemArtifactStore) -> None:
    store.write("a", io.BytesIO(b"1"))
    store.remove("a")
    for call in (store.open_reader, store.remove):
        with pytest.raises(ArtifactNotFound):
            call("a")


class Flaky:
    """Fails a number of times, then works."""

    def __init__(self, failures: int) -> None:
        self.left = failures
        self.calls = 0
        self.kept = b""

    def attempt(self) -> None:
        self.calls += 1
        if self.left > 0:
            self.left -= 1
            raise OSError("busy")

    def open_reader(self, artifact_id: str) -> BinaryIO:
        if artifact_id == "none":
            raise ArtifactNotFound
        self.attempt()
        return io.BytesIO(self.kept)

    def write(self, artifact_id: str, content_body: BinaryIO) -> None:
        self.kept = content_body.read()
        self.attempt()

    def remove(self, artifact_id: str) -> None:
        self.attempt()


def test_backoff_tries_again_and_stops_at_the_first_success() -> None:
    flaky = Flaky(2)
    patient = Backoff(flaky, min_delay=0.001, max_delay=0.002)
    patient.write("a", io.BytesIO(b"whole"))
    assert (flaky.kept, flaky.calls) == (b"whole", 3)
    patient.remove("a")
    assert flaky.calls == 4
    assert patient.open_reader("a").read() == b"whole"
    with pytest.raises(ArtifactNotFound):
        patient.open_reader("none")


def test_backoff_gives_up_with_the_last_error() -> None:
    flaky = Flaky(99)
    with pytest.raises(OSError, match="busy"):
        Backoff(flaky, max_retries=3, min_delay=0.001, max_delay=0.002).remove("a")
    assert flaky.calls == 3
    with pytest.raises(ValueError, match="min_delay"):
        Backoff(flaky, min_delay=2, max_delay=1)


@pytest.mark.parametrize("name", ["Boto3ArtifactStore", "GCSArtifactStore"])
def test_stores_of_clouds_are_absent(name: str) -> None:
    with pytest.raises(NotImplementedError, match="FileSystemArtifactStore"):
        getattr(optuna.artifacts, name)
