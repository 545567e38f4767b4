"""Calendars judged from outside: libical checks them against RFC 5545 and 5546, and ical.js reads them too."""

from __future__ import annotations

import atexit
import ctypes
import ctypes.util
import json
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from playwright._impl._driver import compute_driver_executable

JUDGE = Path(__file__).parent / "icaljs" / "judge.mjs"


@lru_cache(maxsize=1)
def _libical() -> ctypes.CDLL:
    for name in (ctypes.util.find_library("ical"), "libical.so.3", "libical.3.dylib"):
        if name is None:
            continue
        try:
            library = ctypes.CDLL(name)
        except OSError:
            continue
        library.icalparser_parse_string.restype = ctypes.c_void_p
        library.icalparser_parse_string.argtypes = [ctypes.c_char_p]
        library.icalrestriction_check.argtypes = [ctypes.c_void_p]
        library.icalcomponent_count_errors.argtypes = [ctypes.c_void_p]
        library.icalcomponent_as_ical_string.restype = ctypes.c_char_p
        library.icalcomponent_as_ical_string.argtypes = [ctypes.c_void_p]
        library.icalcomponent_free.argtypes = [ctypes.c_void_p]
        # libical would rather abort the process than tell; the judgement is ours
        library.icalerror_set_errors_are_fatal(0)
        return library
    pytest.fail("libical, the outside judge of calendars, is missing: install the package libical3 (Debian, Ubuntu).")


@lru_cache(maxsize=1)
def _ical_js() -> subprocess.Popen[str]:
    """Start the second judge, once for each process: it answers a line for each line."""
    node, _cli = compute_driver_executable()
    judge = subprocess.Popen([node, JUDGE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(judge.kill)
    return judge


def seen_by_ical_js(content: bytes) -> dict[str, Any]:
    """Return `components` and `events` (their times as seconds of UTC by the calendar's own zone), or its `fault`."""
    judge = _ical_js()
    assert judge.stdin is not None and judge.stdout is not None
    judge.stdin.write(json.dumps(content.decode()) + "\n")
    judge.stdin.flush()
    found: dict[str, Any] = json.loads(judge.stdout.readline())
    return found


def faults(content: bytes) -> list[str]:
    """Return what libical and ical.js hold against the calendar: what they cannot read, what breaks a restriction."""
    try:
        found = seen_by_ical_js(content)
    except UnicodeDecodeError:
        return ["this is not UTF-8"]
    return [*_faults_by_libical(content), *([found["fault"]] if "fault" in found else [])]


def _faults_by_libical(content: bytes) -> list[str]:
    library = _libical()
    component = library.icalparser_parse_string(content)
    if not component:
        return ["libical cannot read this at all"]
    try:
        valid = library.icalrestriction_check(component)
        text = library.icalcomponent_as_ical_string(component).decode(errors="replace")
        unfolded = text.replace("\r\n ", "").splitlines()
        found = [line for line in unfolded if line.startswith("X-LIC-ERROR")]
        if not valid and not found:
            found.append("icalrestriction_check says no")
        return found
    finally:
        library.icalcomponent_free(component)


def parsed(content: bytes) -> Calendar:
    """Return the one calendar in the bytes, read back by icalendar."""
    (calendar,) = Calendar.from_ical(content, multiple=True)
    return calendar


def lines(content: bytes) -> list[bytes]:
    """Return the lines as they go over the wire; every one must end with CRLF."""
    assert content.endswith(b"\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    return content.split(b"\r\n")[:-1]
