"""Covariance matrix adaptation: a normal distribution that learns where and how far to look."""
