"""Where studies are kept: `optuna.storages`. The tables are luthier's, whatever the door."""

from luthier.compat.optuna.storages.base import BaseStorage
from luthier.compat.optuna.storages.opened import (
    InMemoryStorage,
    RDBStorage,
    fail_stale_trials,
    get_storage,
)
from luthier.compat.optuna.storages.retry import RetryFailedTrialCallback, RetryHeartbeatStaleTrialCallback
from luthier.compat.support import lazy

__all__ = [
    "BaseStorage",
    "InMemoryStorage",
    "RDBStorage",
    "RetryFailedTrialCallback",
    "RetryHeartbeatStaleTrialCallback",
    "fail_stale_trials",
    "get_storage",
]

FILE = 'Use storage="sqlite:///study.db": processes may share it; "luthier import" reads old journals.'
SERVER = 'Use storage="sqlite:///study.db": for the processes of one machine; several cannot share yet.'

__getattr__ = lazy(
    __name__,
    {"journal": "luthier.compat.optuna.storages.journal"},
    {
        "BaseJournalLogStorage": FILE,
        "GrpcStorageProxy": SERVER,
        "JournalFileOpenLock": FILE,
        "JournalFileStorage": FILE,
        "JournalFileSymlinkLock": FILE,
        "JournalRedisStorage": SERVER,
        "JournalStorage": FILE,
        "run_grpc_proxy_server": SERVER,
    },
)
