"""A visitor who reads pages and sends their forms as a browser without JavaScript would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse


class Page:
    """One answer, read as HTML."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.body = response.get_data(as_text=True) if "text" in (response.content_type or "") else ""
        self.path = response.request.path

    @property
    def tree(self) -> Any:
        """The parsed document."""
        return html.document_fromstring(self.body)

    @property
    def heading(self) -> str:
        """The text of the first h1."""
        return " ".join(self.tree.xpath("string(//h1)").split())

    @property
    def text(self) -> str:
        """All visible text, in one line."""
        tree = self.tree
        for each in tree.xpath("//script|//style"):
            each.drop_tree()
        return " ".join(tree.text_content().split())

    @property
    def errors(self) -> list[str]:
        """The sentences of the error summary."""
        return [" ".join(each.text_content().split()) for each in self.tree.xpath("//*[@role='alert']//li")]

    def links(self) -> dict[str, str]:
        """Link texts and their addresses."""
        return {" ".join(a.text_content().split()): a.get("href") for a in self.tree.xpath("//a[@href]")}

    def form(self, action: str = "", *, button: str = "") -> Any:
        """The form whose action, or the page's own address, contains `action` and which has such a button."""
        for form in self.tree.forms:
            target = form.get("action") or self.path
            if form.get("method", "get").lower() != "post" or (action and action not in target):
                continue
            if button and not any(button in " ".join(b.text_content().split()) for b in form.xpath(".//button")):
                continue
            return form
        raise AssertionError(f"no form with action {action!r} and button {button!r} on {self.path}: {self.text[:400]}")

    def value(self, name: str) -> Any:
        """What the field of this name holds on the page."""
        for form in self.tree.forms:
            if name in form.fields:
                return form.fields[name]
        raise AssertionError(f"no field {name!r} on {self.path}")


class Visitor:
    """Somebody with a browser."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, address: str, **options: Any) -> Page:
        """Open a page, following redirects."""
        return Page(self.client.get(address, follow_redirects=True, **options))

    def submit(
        self,
        page: Page,
        values: Mapping[str, Any] | None = None,
        *,
        action: str = "",
        button: str = "",
        press: tuple[str, str] | None = None,
        follow: bool = True,
    ) -> Page:
        """Fill a form of the page and send it, hidden fields and CSRF token included.

        `press` is name and value of a submit button that carries one. A value of None leaves the field out.
        """
        form = page.form(action, button=button)
        data: dict[str, Any] = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        for name, value in (values or {}).items():
            if value is None:
                data.pop(name, None)
            else:
                data[name] = value
        if press is not None:
            data[press[0]] = press[1]
        target = form.get("action") or page.response.request.full_path
        return Page(self.client.post(target, data=data, follow_redirects=follow, content_type="multipart/form-data"))
