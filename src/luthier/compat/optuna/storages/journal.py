"""`optuna.storages.journal`: log files as stores, which luthier does not have."""

from luthier.compat.support import lazy

__all__: list[str] = []

FILE = 'Use storage="sqlite:///study.db": processes may share it; "luthier import" reads old journals.'

__getattr__ = lazy(
    __name__,
    {},
    {
        "BaseJournalBackend": FILE,
        "JournalFileBackend": FILE,
        "JournalFileOpenLock": FILE,
        "JournalFileSymlinkLock": FILE,
        "JournalRedisBackend": 'Use storage="sqlite:///study.db", on one machine; several cannot share yet.',
        "JournalStorage": FILE,
    },
)
