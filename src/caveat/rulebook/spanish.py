"""Spanish as the rulebook needs it. Everything is folded: no accents, and ñ is n, as many clinics write anyway."""

from __future__ import annotations

import re

from caveat.rulebook.conjugation import forms
from caveat.rulebook.tongue import Tongue

_EVERYDAY = """
a al algo ante antes asi cada como con cual cuando de del desde donde dos el ella ellos en entre era es esa ese eso esta estan estas
este esto estos fue ha hace hacer han hasta hay la las le les lo los mas me mejor mi mis mucho muchos muy nada ni no nos nuestra
nuestras nuestro nuestros nuevo o otra otro otros para parte pero personas poco por porque puede pueden que quien se sea ser si sin
sobre solo son su sus tambien tan tiene tienen toda todas todo todos tu tus un una uno unos usted ustedes vida y ya yo
"""
TONGUE = Tongue(
    forms=forms,
    everyday=frozenset(_EVERYDAY.split()),
    most_forms=400,
    spelt=re.compile(
        r"\b(?:uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|quince|veinte|treinta|cuarenta|cincuenta|sesenta|setenta"
        r"|ochenta|noventa|cien|ciento|cientos|mil|miles|millon|millones|media|medio|mitad|decenas|docenas?|ambos|ambas|varios|varias"
        r"|(?:unos|unas)(?: (?:pocos|pocas|cuantos|cuantas))?|un par de)\b"
    ),
    percent=re.compile(r" ?(?:%|por ciento\b|porciento\b|de cada \w+\b|de \d+\b)"),
    unit=re.compile(
        r" ?(?:segundo|minuto|hora|dia|noche|semana|quincena|ano|sesion|sesione|aplicacion|aplicacione|consulta|visita|tratamiento)s?\b"
        r"| ?mes(?:es)?\b"
    ),
    bare_duration=re.compile(
        r"\b(?:de la noche a la manana|(?:un|una|primer|primera|primeros|primeras) (?:dia|semana|quincena|mes|ano|sesion|aplicacion)s?"
        r"|(?:primeros|primeras) (?:dias|semanas|meses|sesiones|aplicaciones)"
        r"|(?:pocos|pocas|cuantos|cuantas) (?:dias|semanas|meses|sesiones|horas)|dias|semanas|minutos|horas|meses)\b"
    ),
)
