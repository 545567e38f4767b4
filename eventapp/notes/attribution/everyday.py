"""Words that are no names by themselves: particles, titles, everyday words that are surnames too, generic bodies."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PARTICLES = _words("""
    a al af an and ap aw ben bin bint bat ibn da das de degli dei del della dela der des di do dos du e el en i
    la las le les lo los mac mc ni o of san saint santa st ter te the ten und van vander vanden ver von vom y zu
    zum zur d l abu umm um ould ag as az ad ar ath ash ul ur op 't s т ибн бин аль эль ал де ван фон ο του της
    ابن بن بنت ال ابو ام ד בן בת אל
""")
TITLES = _words("""
    mr mrs ms miss mx dr dra dre prof profesor profesora professeur professeure professor sir dame lord lady hon
    honourable honorable mme mlle madame monsieur m mm sr sra srta señor señora senor senora don dona doña mayor
    minister ministre ministro ministra alcalde alcaldesa maire councillor concejal concejala commissioner chief
    ing lic arq eng rev fr sister brother г госпожа господин госпожи господина г-жа г-н κ κα κυρια κυριος السيد
    السيده الاستاذ الدكتور الدكتوره دكتور מר גב
""")
SUFFIXES = frozenset(["jr", "junior", "sr", "ii", "iii", "iv", "phd", "msc", "md", "mba", "esq"])
# Folded. Surnames (or given names) that begin a sentence, a heading or a title as ordinary words much more often.
EVERYDAY = _words("""
    able amor angel april art august autumn bell best bishop black blue brook brown bush butler carter castle
    chance christian church city clay cloud coast cole cook cooper country court cross day dean drew east
    english fair faith farmer field fields fisher flores ford forest fox france frank freeman friend garden
    gates german gold good grace grant gray green grey ground guide hall hand hart heart hill holiday holland
    home hope house hunt hunter ireland january joy judge july june just justice key king knight lake land lane
    large law lee light little long love low major many march mark market marks martin mason may miller mills
    moon moore moral more new noble north page park parks parker peace place pole pope port post potter price
    prince pride public read reader reed reform rich right rise river rivers road rock rose round rule salt
    sample scott self shore short show silver singer small smith snow south spring stage star state steel stone
    street strong summer sun sunday swift tailor taylor teller text thanks tree trust turner union voice wade
    walker wall walls ward waters way weaver welcome wells west white wild will wills winter wise wood woods
    word work workman world worth young abad abril agua alba alegria alto baron barrios bello blanc blanche
    blanco bois bon bonne bosque bravo brun cabeza caballero calle camara camino campo campos canal carpentier
    casa casas castillo castro chevalier clara claro clerc comte concepcion conde consuelo cordero corona corte
    cortes costa cruz cuenca delgado diez dieu dolores domingo droit dupont duran enero esperanza esposito fe
    feliz ferrer fleur fleury florence fontaine forestier francais franco fuente fuentes garde garza gil gloria
    gracia grand grande guerra guerrero herrera hidalgo hierro hoyos iglesias jardin jour juste justo lafayette
    lagos lange largo laurent leal lebrun lefort legrand leger libertad lobo luna luz madrid maestro maison
    maitre marchand marin marino marques mars mayor mayo medina mendez mercado merced mesa milagros mille molina
    moine montagne montes mora morales moreno mundo navarro noel nieto nuevo olivier olmos paix palacios parra
    pascal paz pena perla petit piedra pilar pinto plaza poirier pont porte prado presente prieto primera puerta
    quinta ramos real rey reyes rico rio rios roca roi rojo rojas rosa rosales roux rubio rueda ruiz sabio sal
    salas salle salud santos seco serrano sierra sol soler solano soledad soto sousa tapia tierra toro torre
    torres valle vallee vega ventura vera verdad verde victoria vidal vigne vila villa villalba ville vin vital
    voix zapatero
""")
# What stands in the names of many bodies, one word for each thing whatever the language.
_GENERIC = """
city ville ciudad cidade town municipality municipalite municipio municipal municipales ayuntamiento mairie alcaldia
ministry ministere ministerio ministerial ministre
university universite universidad universitat universidade
council conseil consejo concejo consell conselho
government gouvernement gobierno govern governo gov
association asociacion associacio associacao
network reseau red xarxa rede
foundation fondation fundacion fundacio fundacao
institute institut instituto
centre center centro
department departement departamento
national nationale nacional nationaux nacionales
agency agence agencia
office bureau oficina
school ecole escuela escola
federation federacion
union unio uniao
commission comision comissio
committee comite
society societe sociedad
region regional regionale regiones
province provincia provincial
international internationale internacional
public publique publico publica publics
health sante salud
education educacion
finance finances finanzas hacienda
environment environnement ambiente
justice justicia
development developpement desarrollo
local locale locales
civil civile civic civique civica civico
participation participacion participacio
"""
CONCEPTS = {word: line.split()[0] for line in _GENERIC.strip().splitlines() for word in line.split()}
NOT_OF_A_BODY = _words("""
    a al and au aux d da das de del della der des di do dos du e el en et for fur i in l la las le les lo los of
    on para per por pour s the to und y
""")
VAGUE_BODIES = frozenset(CONCEPTS.values()) | _words("""
    academia autonomo company consultant consultora empresa entreprise freelance government independent
    independant independiente individual no none non aucune ninguna ngo ong osc cso organisation organization
    organizacion other private privado retired self employed sector student team umbrella na state estado etat
    commune communes an un una une uno ein eine
""")
NOT_ACRONYMS = _words("""
    API CEO COP CSO CSV CV EU EUR FAQ GDP HTML ICT ID IT LGBT MP NGO ODD ODS ONG ONU OSC PC PDF PIB PR QR RFC
    SDG SME TV UE UK UN URL USA USD UTC VIP XML COVID AM PM OK
""")
