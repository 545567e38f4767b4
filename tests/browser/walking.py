"""The walk over every page: each is loaded once for all who judge it, those from outside again for their weight."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser

from tests.browser.judging import BUT_CONTRAST, CONTRAST_EACH, IN_THE_DARK, RULES, narrow_faults, violations
from tests.browser.places import Place, Places
from tests.browser.weighing import Load, Scales
from tests.support.live import LiveSite

AGAIN_EACH = 3  # they share their colours and their files: of three pages one is opened again
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


@dataclass(frozen=True)
class Visit:
    """What one page was found to be."""

    place: Place
    faults: list[str]
    first: Load
    again: Load | None


class Walk:
    """One tab that is led from page to page, each time as somebody who has never been here before."""

    def __init__(self, browser: Browser, site: LiveSite, places: Places) -> None:
        self._site, self._places = site, places
        self._context = browser.new_context(locale="en-GB", timezone_id="Europe/Madrid", viewport=WIDE)  # type: ignore[arg-type]
        self._context.add_init_script(AXE_SCRIPT)
        self._page = self._context.new_page()
        self._scales = Scales(self._page)

    @cached_property
    def outside(self) -> list[Visit]:
        """The visits of what people from outside see; every third in the dark as well, and weighed again."""
        return [
            self._visit(place, outside=True, twice=turn % AGAIN_EACH == 0)
            for turn, place in enumerate(self._places.public())
        ]

    @cached_property
    def inside(self) -> list[Visit]:
        """The visits of all other pages, in light."""
        public = set(self._places.public())
        places = [place for place in self._places.all if place not in public]
        return [
            self._visit(place, outside=False, rules=BUT_CONTRAST if turn % CONTRAST_EACH else RULES)
            for turn, place in enumerate(places)
        ]

    def _visit(self, place: Place, *, outside: bool, twice: bool = False, rules: dict[str, Any] = RULES) -> Visit:
        page, address = self._page, self._site.url + place.path
        self._context.clear_cookies()
        self._context.add_cookies(self._places.cookies(place.who, place.language))  # type: ignore[arg-type]
        first = self._weighed_cold(address) if outside else None
        if first is None:
            self._scales.put_on(address)
        faults = [f"{place}: {each}" for each in violations(page, rules)]
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        faults += [f"{place}, 320 wide: {each}" for each in narrow_faults(page)]
        page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        if not twice:
            return Visit(place, faults, first or self._scales.load, None)
        page.emulate_media(color_scheme="dark")  # nothing but the colours differs when the page is opened again
        self._scales.put_on(address)
        faults += [f"{place}, dark: {each}" for each in violations(page, IN_THE_DARK)]
        again = self._scales.read()
        page.emulate_media(color_scheme="light")
        return Visit(place, faults, first or again, again)

    def _weighed_cold(self, address: str) -> Load:
        """Return what the page takes from the network; weighed again when the one before lent it a file."""
        for _attempt in range(3):
            self._scales.forget()
            self._scales.put_on(address)
            load = self._scales.read()
            if not load.cached:
                break
        return load
