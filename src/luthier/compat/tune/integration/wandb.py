"""What the peer has for Weights & Biases: not here, and what to write instead."""

from luthier.compat.support import lazy

__all__: list[str] = []

__getattr__ = lazy(
    __name__,
    {},
    {
        "WandbLoggerCallback": "Derive a tune.Callback whose on_trial_result calls wandb.log.",
        "WandbTrainableMixin": "Call wandb.init(config=config) in the trainable.",
        "setup_wandb": "Call wandb.init(config=config) in the trainable.",
        "wandb_mixin": "Call wandb.init(config=config) in the trainable.",
    },
)
