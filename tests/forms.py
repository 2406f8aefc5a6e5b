"""A form of a page as a browser would send it: every field with what stands in it."""

from __future__ import annotations

from html.parser import HTMLParser

import httpx
from tests.browsed import Browser


class _Fields(HTMLParser):
    """Collects the fields of the form that holds a key, or of the first one that is sent to `action`."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []
        self.select: str | None = None
        self.area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        name, value = known.get("name") or "", known.get("value")
        if tag == "form":
            self.forms.append({"\0action": [known.get("action") or ""]})
        elif tag == "select":
            self.select = name
            self.forms[-1][name] = []
        elif tag == "option" and self.select and ("selected" in known or not self.forms[-1][self.select]):
            # Without a choice a browser sends the first one.
            self.forms[-1][self.select] = [value or ""]
        elif tag == "textarea":
            self.area = name
            self.forms[-1][name] = [""]
        elif tag == "input" and name and known.get("type") != "file":
            if known.get("type") in ("checkbox", "radio") and "checked" not in known:
                return
            self.forms[-1].setdefault(name, []).append(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.forms[-1][self.area] = [self.forms[-1][self.area][0] + data]


def fields(page: str, *, holding: str = "key") -> dict[str, list[str]]:
    """The first form of a page that has a field of this name, with what stands in it."""
    reader = _Fields()
    reader.feed(page)
    found = next((one for one in reader.forms if holding in one), None)
    assert found is not None, f"no form with a field {holding}"
    return {name: values for name, values in found.items() if name != "\0action"}


def send(
    browser: Browser, address: str, *, holding: str = "key", to: str | None = None, **changed: str | None
) -> httpx.Response:
    """Open a page, fill its form (a double underscore is a point, none leaves a field out) and send it."""
    form = fields(browser.get(address).text, holding=holding)
    for name, value in changed.items():
        field = name.replace("__", ".")
        if value is None:
            form.pop(field, None)
        else:
            form[field] = [value]
    return browser.post(to or address, data=form)
