"""Twelve own questions in three languages, of every kind, and what three people answer to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

LANGUAGES = ("en", "fr", "es")


class Text(NamedTuple):
    """A text in the languages of the event."""

    en: str
    fr: str
    es: str

    def in_(self, language: str) -> str:
        """Return it in one language."""
        return str(getattr(self, language))


@dataclass(frozen=True)
class Own:
    """A question as an organiser writes it; `only_if` names the question it depends on, and the answer to that."""

    kind: str  # as the builder calls it
    label: Text
    options: tuple[Text, ...] = ()
    places: int | None = None  # of the first option
    required: bool = False
    private: bool = False
    only_if: tuple[Text, Text] | None = None


YES, NO = Text("Yes", "Oui", "Sí"), Text("No", "Non", "No")
ARRIVAL = Text("On which day do you arrive?", "Quel jour arrivez-vous ?", "¿Qué día llega?")
HOTEL = Text("Do you need a hotel room?", "Vous faut-il une chambre d’hôtel ?", "¿Necesita habitación de hotel?")
ROOM = Text("Which room?", "Quelle chambre ?", "¿Qué habitación?")
SINGLE = Text("A room of my own", "Une chambre individuelle", "Una habitación individual")
SHARED = Text("A room that I share", "Une chambre partagée", "Una habitación compartida")
MATE = Text("With whom do you share it?", "Avec qui la partagez-vous ?", "¿Con quién la comparte?")
NIGHTS = Text("How many nights?", "Combien de nuits ?", "¿Cuántas noches?")
FROM = Text("Where do you travel from?", "D’où partez-vous ?", "¿Desde dónde viaja?")
TOPICS = Text("What do you want to hear about?", "De quoi voulez-vous entendre parler ?", "¿De qué quiere oír hablar?")
HARBOURS = Text("Harbours", "Les ports", "Los puertos")
FLOODS = Text("Floods", "Les inondations", "Las inundaciones")
VISIT = Text("Which visit do you join?", "À quelle visite participez-vous ?", "¿En qué visita participa?")
BOAT = Text("The harbour by boat", "Le port en bateau", "El puerto en barco")
MARKET = Text("The fish market", "Le marché aux poissons", "El mercado de pescado")
TRIED = Text("What have you tried at home?", "Qu’avez-vous essayé chez vous ?", "¿Qué han probado en su ciudad?")
PAPER = Text("A page about it", "Une page à ce sujet", "Una página sobre ello")
SPEAK = Text("Would you speak for five minutes?", "Parleriez-vous cinq minutes ?", "¿Hablaría cinco minutos?")
MEETS = Text("Who meets this guest at the station?", "Qui accueille cette personne ?", "¿Quién recibe a esta persona?")

STAY = Text("Your stay", "Votre séjour", "Su estancia")
SHARE = Text("Your contribution", "Votre contribution", "Su aportación")
FORM: Mapping[Text, tuple[Own, ...]] = {
    STAY: (
        Own("Date", ARRIVAL, required=True),
        Own("Yes or no", HOTEL, required=True),
        Own("One of several answers", ROOM, (SINGLE, SHARED), required=True, only_if=(HOTEL, YES)),
        Own("Short text", MATE, required=True, only_if=(ROOM, SHARED)),
        Own("A number", NIGHTS, required=True, only_if=(HOTEL, YES)),
        Own("Country", FROM, required=True),
    ),
    SHARE: (
        Own("Any of several answers", TOPICS, (HARBOURS, FLOODS)),
        Own("One of several answers", VISIT, (BOAT, MARKET), places=1, required=True),
        Own("Long text", TRIED, required=True),
        Own("File", PAPER, required=True),
        Own("Yes or no", SPEAK),
        Own("Short text", MEETS, private=True),
    ),
}


@dataclass(frozen=True, eq=False)
class Guest:
    """Somebody who is invited, the language they read, and what they answer on the first own page."""

    name: str
    email: str
    language: str
    stay: Mapping[Text, Text | str]

    def says(self, text: Text) -> str:
        """Return a text as this guest reads it."""
        return text.in_(self.language)


ADA = Guest(
    "Ada Mensah",
    "ada.mensah@tema.example.org",
    "en",
    {ARRIVAL: "2024-11-06", HOTEL: YES, ROOM: SHARED, MATE: "Efua Owusu", NIGHTS: "2", FROM: "GH"},
)
BINTA = Guest(
    "Binta Sarr",
    "binta.sarr@saint-louis.example.org",
    "fr",
    {ARRIVAL: "2024-11-06", HOTEL: YES, ROOM: SINGLE, NIGHTS: "3", FROM: "SN"},
)
CARLA = Guest(
    "Carla Ibáñez",
    "carla.ibanez@valparaiso.example.org",
    "es",
    {ARRIVAL: "2024-11-05", HOTEL: NO, FROM: "CL"},
)
