"""Who counts as the same person or of the same house, and what scores come to."""

from __future__ import annotations

from fractions import Fraction

import pytest

from eventapp.sponsorship.review.duties import Duty, other_duty
from eventapp.sponsorship.review.models import Review
from eventapp.sponsorship.review.rules import ConflictOf, Party, conflict
from eventapp.sponsorship.review.scoring import ANCHORS, ASKED, TITLE, Criterion, standing_of


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("Ministry of the Environment", "ministry  environment"),
        ("Ministère de l’Environnement", "MINISTERE DE L'ENVIRONNEMENT"),
        ("Food and Agriculture Organization (FAO)", "F.A.O."),
        ("Nairobi, City of", "City of Nairobi"),
        ("Город Казань", "город казань"),
    ],
)
def test_one_house_in_several_spellings(mine: str, theirs: str) -> None:
    assert conflict(Party([], [mine]), Party([], [theirs]), declared=False) is ConflictOf.SAME_ORGANISATION


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (Party(["a@gmail.com"], ["City of Dakar"]), Party(["b@gmail.com"], ["City of Thiès"])),
        (Party(["a@yahoo.co.uk", "a@gmx.at"], []), Party(["b@yahoo.co.uk", "b@gmx.at"], [])),
        (Party(["a@yahoo.com.br", "a@outlook.fr"], []), Party(["b@yahoo.com.br", "b@outlook.fr"], [])),
        (Party([], ["Independent"]), Party([], ["independent"])),
        (Party([], ["Consultant, independent"]), Party([], ["Independent consultant"])),
        (Party([""], ["", "–"], [""]), Party([""], ["", "—"], [""])),
    ],
)
def test_people_who_share_no_house(mine: Party, theirs: Party) -> None:
    assert conflict(mine, theirs, declared=False) is None
    assert conflict(mine, theirs, declared=True) is ConflictOf.DECLARED


def test_oneself_by_address_and_by_name_and_colleagues_by_their_addresses() -> None:
    staff = Party(["Awa@dakar.example"], ["City of Dakar"], ["Awa Ndiaye"])
    assert conflict(staff, Party(["awa@dakar.example"], ["Other"]), declared=False) is ConflictOf.OWN
    assert conflict(staff, Party(["a@gmail.com"], ["Other"], ["NDIAYE Awa"]), declared=True) is ConflictOf.OWN
    colleague = Party(["b@dakar.example"], ["Other"], ["Somebody Else"])
    assert conflict(staff, colleague, declared=False) is ConflictOf.SAME_ORGANISATION
    own_house = Party(["a@outlook.dakar.example"], []), Party(["b@outlook.dakar.example"], [])
    assert conflict(*own_house, declared=False) is ConflictOf.SAME_ORGANISATION, "no more than a name inside a house"


def test_scores_come_to_a_mean_a_spread_and_the_need_to_talk() -> None:
    first = Review(relevance=5, application=4, equity=0, need=5)
    second = Review(relevance=3, application=4, equity=3, need=2)
    found = standing_of([first, second])
    assert found.mean == Fraction(19, 6)
    assert found.spreads == {Criterion.RELEVANCE: 2, Criterion.APPLICATION: 0, Criterion.EQUITY: 3}
    assert (found.spread, found.to_discuss, found.need) == (3, (Criterion.EQUITY,), Fraction(7, 2))
    nothing = standing_of([])
    assert (nothing.mean, nothing.spread, nothing.to_discuss, nothing.need) == (None, None, (), None)


def test_every_number_has_its_meaning() -> None:
    assert set(ANCHORS) == set(ASKED) == set(TITLE) == {*Criterion, "need"}
    assert all(len(words) == 6 for words in ANCHORS.values())


@pytest.mark.parametrize("wanted", Duty)
@pytest.mark.parametrize("held", Duty)
def test_each_part_excludes_every_other(wanted: Duty, held: Duty) -> None:
    assert other_duty({held: {1}}, 1, wanted) is (None if held is wanted else held)
    assert other_duty({held: {2}}, 1, wanted) is None
