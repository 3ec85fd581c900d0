"""The helpers of scikit-optimize, under the name that it gives them."""

from luthier.compat.skopt.estimators import cook_estimator, has_gradients, normalize_dimensions
from luthier.compat.skopt.files import dump, load
from luthier.compat.skopt.generators import cook_initial_point_generator
from luthier.compat.skopt.minima import expected_minimum, expected_minimum_random_sampling
from luthier.compat.skopt.named import (
    check_dimension_names,
    check_list_types,
    check_x_in_space,
    dimensions_aslist,
    is_2Dlistlike,
    is_listlike,
    point_asdict,
    point_aslist,
    use_named_args,
)
from luthier.compat.skopt.results import create_result, eval_callbacks

__all__ = [
    "check_dimension_names",
    "check_list_types",
    "check_x_in_space",
    "cook_estimator",
    "cook_initial_point_generator",
    "create_result",
    "dimensions_aslist",
    "dump",
    "eval_callbacks",
    "expected_minimum",
    "expected_minimum_random_sampling",
    "has_gradients",
    "is_2Dlistlike",
    "is_listlike",
    "load",
    "normalize_dimensions",
    "point_asdict",
    "point_aslist",
    "use_named_args",
]
