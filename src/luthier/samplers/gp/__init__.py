"""Search with Gaussian processes: expected improvement, climbed to over mixed and conditional spaces."""
