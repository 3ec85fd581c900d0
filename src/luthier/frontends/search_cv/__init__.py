"""Cross-validated search over the parameters of a scikit-learn estimator: `luthier.SearchCV`."""

from luthier.frontends.search_cv.search import SearchCV

__all__ = ["SearchCV"]
