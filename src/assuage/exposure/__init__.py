"""Concentrations over time: in closed form, for one patient or a population, and from a measured level."""

from assuage.exposure.chains import EffectSite, Metabolite, effect_concentrations, metabolite_concentrations
from assuage.exposure.closed import Grid, concentrations
from assuage.exposure.events import Dose, Timeline, rate_history, timeline
from assuage.exposure.general import Compartments, compartments, general_concentrations
from assuage.exposure.grid import grid_concentrations
from assuage.exposure.linear import Absorption, LinearModel, Mammillary, Prepared, from_micro, mammillary, prepare
from assuage.exposure.posterior import GridPosterior, Level, Posterior, Prior, Residual, estimate, grid_posterior
from assuage.exposure.quantiles import quantiles
from assuage.exposure.summaries import Progress, Summary, summarise

__all__ = [
    "Absorption",
    "Compartments",
    "Dose",
    "EffectSite",
    "Grid",
    "GridPosterior",
    "Level",
    "LinearModel",
    "Mammillary",
    "Metabolite",
    "Posterior",
    "Prepared",
    "Prior",
    "Progress",
    "Residual",
    "Summary",
    "Timeline",
    "compartments",
    "concentrations",
    "effect_concentrations",
    "estimate",
    "from_micro",
    "general_concentrations",
    "grid_concentrations",
    "grid_posterior",
    "mammillary",
    "metabolite_concentrations",
    "prepare",
    "quantiles",
    "rate_history",
    "summarise",
    "timeline",
]
