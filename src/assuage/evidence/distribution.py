"""Quantiles and tails of the normal, t, chi-square and F distributions."""

from __future__ import annotations


def z_quantile(below: float) -> float:
    """The standard normal deviate with this probability below it."""
    from scipy.special import ndtri  # type: ignore[import-untyped]

    return float(ndtri(below))


def t_quantile(below: float, df: float) -> float:
    """Student's t with this probability below it."""
    from scipy.special import stdtrit

    return float(stdtrit(df, below))


def two_sided_z(statistic: float) -> float:
    """Probability of a standard normal deviate further from 0 than this."""
    from scipy.special import ndtr

    return float(2 * ndtr(-abs(statistic)))


def two_sided_t(statistic: float, df: float) -> float:
    """Probability of a t further from 0 than this."""
    from scipy.special import stdtr

    return float(2 * stdtr(df, -abs(statistic)))


def chi2_above(value: float, df: float) -> float:
    """Probability of a chi-square above this."""
    from scipy.special import chdtrc

    return float(chdtrc(df, value)) if df > 0 else 1.0


def chi2_quantile(below: float, df: float) -> float:
    """The chi-square with this probability below it."""
    from scipy.special import chdtri

    return float(chdtri(df, 1 - below))


def f_above(value: float, *, df1: float, df2: float) -> float:
    """Probability of an F above this."""
    from scipy.special import fdtrc

    return float(fdtrc(df1, df2, value))
