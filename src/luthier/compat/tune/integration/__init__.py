"""`ray.tune.integration` and `ray.air.integrations`: each name tells what to write instead."""

__all__: list[str] = []
