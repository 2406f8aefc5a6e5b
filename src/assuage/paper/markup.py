"""HTML that cannot be injected into: text is escaped where it enters, and only elements built here count as markup."""

from __future__ import annotations

from html import escape

VOID = {"meta", "br", "hr", "input", "link"}


class Html(str):
    """Text that is already markup. Made only by `element`, `join` and `constant`."""

    __slots__ = ()


def element(name: str, /, *children: str | None, **attributes: str | None) -> Html:
    """One element. Children that are not `Html` are escaped, and so is every attribute; none leaves it out.

    An attribute's underscores are hyphens, and one at the end is dropped: class_, aria_label.

    >>> element("p", "a < b", class_="note")
    '<p class="note">a &lt; b</p>'
    """
    named = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID:
        return Html(f"<{name}{named}>")
    return Html(f"<{name}{named}>{join(*children)}</{name}>")


def join(*children: str | None) -> Html:
    """Children side by side, escaped unless they are markup."""
    return Html("".join(child if isinstance(child, Html) else escape(child) for child in children if child is not None))


def constant(text: str) -> Html:
    """Markup or style written in this program. Never called with anything that came from outside."""
    return Html(text)
