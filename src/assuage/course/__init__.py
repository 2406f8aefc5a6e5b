"""A course of treatment as it really went: events, the state they fold to, and what may follow.

`decide` judges a command, `fold` and `evolve` make the state, `gates` say what speaks against the next infusion. Pure:
no clock, file or database.
"""

from assuage.course.command import Command, Decision, Earlier, Surroundings
from assuage.course.decide import decide
from assuage.course.evolve import evolve, fold
from assuage.course.gates import gates
from assuage.course.order import Order, order_of
from assuage.course.people import Person, Role, System
from assuage.course.state import Course

__all__ = [
    "Command",
    "Course",
    "Decision",
    "Earlier",
    "Order",
    "Person",
    "Role",
    "Surroundings",
    "System",
    "decide",
    "evolve",
    "fold",
    "gates",
    "order_of",
]
