"""Every module keeps the laws of the house, and every law catches its violation."""

import pytest

from tests.architecture import laws

PLANTED = {
    laws.commits: "def approve(ctx):\n    ctx.session.commit()\n",
    laws.wall_clocks: "from datetime import datetime\n\ndef age():\n    return datetime.now()\n",
    laws.inner_imports: "def late():\n    import json\n    return json\n",
    laws.web_imports: "from flask import request\n",
    laws.blanket_excepts: "try:\n    pass\nexcept Exception:\n    pass\n",
    laws.states_set_by_hand: "def approve(registration):\n    registration.state = 'approved'\n",
    laws.long_files: "x = 1\n" * 401,
    laws.undocumented_modules: "x = 1\n",
}


@pytest.mark.parametrize("law", laws.LAWS, ids=lambda law: law.__name__)
def test_every_module_keeps_the_law(law):
    broken = [fault for name, text in laws.sources() for fault in law(name, text)]
    assert broken == []


@pytest.mark.parametrize("law", PLANTED, ids=lambda law: law.__name__)
def test_the_law_sees_a_planted_violation(law):
    assert law("registrations/service.py", PLANTED[law])


def test_the_law_of_names_sees_a_planted_violation():
    assert laws.junk_names("core/utils.py", "")
