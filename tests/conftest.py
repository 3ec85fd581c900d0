"""What all tests share."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A loaded machine is no reason to fail: time is bounded by pytest-timeout.
settings.register_profile("luthier", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("luthier")


@pytest.fixture(autouse=True, scope="session")
def own_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing is left in the home of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LUTHIER_KEY", str(tmp_path_factory.mktemp("key") / "key"))
        yield


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Leave the library's logger as each test found it."""
    logger = logging.getLogger("luthier")
    level, handlers = logger.level, list(logger.handlers)
    yield
    logger.setLevel(level)
    logger.handlers[:] = handlers


@pytest.fixture
def alive() -> Callable[[int], bool]:
    """Tells whether a process runs; a zombie that nobody waits for does not."""

    def check(pid: int) -> bool:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            return False
        return stat.rpartition(")")[2].split()[0] != "Z"

    return check


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A fresh SQLite store."""
    return f"sqlite:///{tmp_path / 'study.db'}"
