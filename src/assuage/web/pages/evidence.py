"""Evidence: what can be asked, and each question answered on a page and on paper, as the command line answers it."""

from __future__ import annotations

import base64
import hashlib
import threading
from collections import OrderedDict

from starlette.responses import HTMLResponse, Response

from assuage.catalog import Catalog
from assuage.paper.evidence.asked import asked_questions, told
from assuage.paper.evidence.telling import IS_NOT, KNOWN, STANDING, UNCONTROLLED
from assuage.web.asked import Asked
from assuage.web.rendering import page
from assuage.web.route import ANYBODY, Route
from assuage.web.security import POLICY

# Answers kept, on pages and on paper; there are fewer questions than this.
KEPT = 64


class _Kept:
    """Answers that were worked out, by the catalog's fingerprint; one is worked out at a time, however many ask."""

    def __init__(self) -> None:
        self.found: OrderedDict[tuple[str, str, str], str | bytes] = OrderedDict()
        self.lock = threading.Lock()

    def answer(self, catalog: Catalog, question: str, *, form: str) -> str | bytes:
        key = (catalog.fingerprint, question, form)
        with self.lock:
            if key not in self.found:
                self.found[key] = _worked_out(catalog, question, form)
                while len(self.found) > KEPT:
                    self.found.popitem(last=False)
            return self.found[key]


KEEP = _Kept()


def _worked_out(catalog: Catalog, question: str, form: str) -> str | bytes:
    from assuage.evidence.answer import answer
    from assuage.paper.evidence.report import evidence_report

    report = evidence_report(answer(catalog.question(question), catalog), catalog)
    if form == "pdf":
        from assuage.paper.evidence.pdf import pdf_report

        return pdf_report(report)
    from assuage.paper.evidence.html import html_report

    return html_report(report, back="/evidence", paper=f"/evidence/{question}/paper")


def listed(asked: Asked) -> Response:
    """Every question with how much is known; nothing is pooled here."""
    questions = [
        (one, KNOWN[one.known], [told(body) for body in bodies])
        for one, bodies in asked_questions(asked.settings.catalog)
    ]
    return page(asked, "evidence.html", questions=questions, standing=STANDING, is_not=(*IS_NOT, UNCONTROLLED))


def show(asked: Asked) -> Response:
    """One answer: a page that stands alone, with its own style and nothing else."""
    catalog = asked.settings.catalog
    made = KEEP.answer(catalog, catalog.question(asked.path["question"]).id, form="html")
    return HTMLResponse(made, headers={"content-security-policy": _policy()})


def paper(asked: Asked) -> Response:
    """The same answer on paper."""
    catalog = asked.settings.catalog
    question = catalog.question(asked.path["question"]).id
    made = KEEP.answer(catalog, question, form="pdf")
    named = {"content-disposition": f'inline; filename="evidence-{question}.pdf"'}
    return Response(made, media_type="application/pdf", headers=named)


def _policy() -> str:
    """As for every page, and the one style that stands in the page, named by what it is."""
    from assuage.paper.evidence.html import style_of_reports

    seal = base64.b64encode(hashlib.sha256(style_of_reports().encode()).digest()).decode()
    return POLICY.replace("style-src 'self'", f"style-src 'sha256-{seal}'")


ROUTES = (
    Route("/evidence", "evidence", listed, ANYBODY),
    Route("/evidence/{question}", "evidence answer", show, ANYBODY),
    Route("/evidence/{question}/paper", "evidence paper", paper, ANYBODY),
)
