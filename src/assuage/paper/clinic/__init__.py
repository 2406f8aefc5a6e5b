"""The papers of a clinic, each made from the record of a course: order, labels, check, flow, discharge, leaflet, letters."""

from assuage.paper.clinic.flow import flow_paper
from assuage.paper.clinic.labels import labels
from assuage.paper.clinic.leaf import Filed, Label, Leaf, Named
from assuage.paper.clinic.letters import consent, discharge, leaflet, payer_letter, referrer_letter
from assuage.paper.clinic.printed import label_pdf, leaf_pdf
from assuage.paper.clinic.series import summary
from assuage.paper.clinic.sheets import check_paper, order_paper

__all__ = [
    "Filed",
    "Label",
    "Leaf",
    "Named",
    "check_paper",
    "consent",
    "discharge",
    "flow_paper",
    "label_pdf",
    "labels",
    "leaf_pdf",
    "leaflet",
    "order_paper",
    "payer_letter",
    "referrer_letter",
    "summary",
]
