"""Gives the Spanish forms of a word marked `~` in a rule file: verbs with the pronouns that hang on them, gender and plural."""

from __future__ import annotations

# Stem in the present where it differs: o, e change under stress, and c, g, z are spelt otherwise before e or a.
_STRESSED_ROWS = """
mover muev | remover remuev | promover promuev | volver vuelv | devolver devuelv | resolver resuelv | disolver disuelv | doler duel
poder pued | dormir duerm | morir muer | mostrar muestr | demostrar demuestr | probar prueb | comprobar comprueb | renovar renuev
encontrar encuentr | recordar recuerd | costar cuest | acordar acuerd | contar cuent | sonar suen | rodar rued | jugar jueg
cerrar cierr | empezar empiez | comenzar comienz | pensar piens | despertar despiert | calentar calient | fortalecer fortalezc
rejuvenecer rejuvenezc | sentir sient | prevenir previen | tener tien | mantener mantien | detener detien | contener contien
obtener obtien | venir vien | perder pierd | defender defiend | entender entiend | querer quier | extender extiend | revertir reviert
convertir conviert | invertir inviert | sugerir sugier | referir refier | despedir despid | impedir impid | pedir pid | medir mid
servir sirv | seguir sig | conseguir consig | corregir corrij | elegir elij | repetir repit | vestir vist | reducir reduzc
producir produzc | inducir induzc | padecer padezc | ofrecer ofrezc | crecer crezc | desaparecer desaparezc | aparecer aparezc
establecer establezc | favorecer favorezc | restablecer restablezc | envejecer envejezc | nacer nazc | conocer conozc
reconocer reconozc | agradecer agradezc | construir construy | reconstruir reconstruy | disminuir disminuy | destruir destruy
sustituir sustituy | restituir restituy | contribuir contribuy | oir oy | hacer hag | decir dic | vencer venz | convencer convenz
ejercer ejerz | proteger protej | reir ri | sonreir sonri | temblar tiembl | reforzar refuerz | aprobar aprueb | acostar acuest
atender atiend | encender enciend | preferir prefier | adquirir adquier | rendir rind | competir compit | sentar sient | negar nieg
volar vuel | morder muerd | torcer tuerz
"""
_STRESSED = {pair.split()[0]: pair.split()[1] for line in _STRESSED_ROWS.strip().splitlines() for pair in line.split("|")}
_MORE_ROWS = """
ser es son soy somos eres fue fueron sido siendo sea sean sera seran era eran seria
estar esta estan estoy estamos estas estuvo estuvieron estado estando este esten estara estaran estaba estaban
haber ha han he hay hemos habia hubo habra haya hayan habiendo habido
tener tengo tuve tuvo tuvieron tendra tendran tenga tengan tendras
poder pude pudo pudieron podra podran podria podrian podras podemos pudiendo
hacer hizo hice hicieron hara haran haras haria hecho haz hecha hechos hechas
decir digo dijo dijeron dira diran dicho diga digan di dile digale
volver vuelto vuelta vueltos vueltas | devolver devuelto devuelta | resolver resuelto | disolver disuelto | romper roto rota rotos rotas
ver veo vio vieron visto vea vean vera veran veras vere
ir va van voy vamos fui fue fueron ira iran yendo vaya vayan ido vas
dar da dan doy di dio dieron de den dara daran dando dado
mantener mantuvo mantuvieron mantendra mantendran mantenga mantengan mantengo
detener detuvo detuvieron detendra detendran detenga detengan
obtener obtuvo obtuve obtuvieron obtendra obtendras obtenga obtengan
prevenir prevenga prevengan previno prevendra prevendran | venir vino vinieron vendra venga
reducir redujo redujeron reduje | producir produjo produjeron | inducir indujo indujeron
poner pone ponen puso pusieron pondra ponga pongan puesto pon ponte pongase
salir salgo salga saldra | querer quiso | caer caiga cayo cayeron | morir murio murieron muerto | abrir abierto | cubrir cubierto
sentir sintio sintieron sintiendo sinti senti sentirse sientase | dormir durmio durmieron durmiendo
reir sonrie | sonreir sonrie sonrien sonrio sonreia | despedir despidete despidase despidio
revertir revirtio revirtieron revirtiendo | convertir convirtio | impedir impidio impidiendo | corregir corrigio corrige corrigen
conseguir consigue consiguen consiguio | seguir sigue siguen siguio | servir sirvio | construir construyo | reconstruir reconstruyo
disminuir disminuyo disminuyeron disminuyendo | destruir destruyo destruyeron | sustituir sustituyo
"""
_MORE = {
    row.split()[0]: tuple(row.split()[1:]) for line in _MORE_ROWS.strip().splitlines() for row in line.split("|") if len(row.split()) > 1
}
_NO_VERBS_ROWS = """
mujer cancer hogar lugar bienestar malestar taller escaner alzheimer par pilar collar celular articular muscular ocular cardiovascular
vascular molecular cerebrovascular lumbar pulmonar hepatobiliar biliar familiar particular hamster placer menester ayer femur porvenir
elixir
"""
_NO_VERBS = frozenset(_NO_VERBS_ROWS.split())
# The first person of -ar verbs is left out: it is most often a noun ("reemplazo", "retraso", "trato").
_CLITICS = ("se", "te", "me", "le", "les", "lo", "la", "los", "las", "nos", "os", "selo", "sela", "telo")
_AR = (
    "ar as a amos ais an e es emos eis en aste aron aba aban aras ara aran are aremos aria arian ando ado ada ados adas ate ese ense ad aos"
    " alo ala andose andote andolo andola andole andoles"
)
_ER = (
    "er ir o es e emos imos eis en a as amos an i iste io ieron ia ian era eran eras ira iran iras ere eremos iremos eria irian iria"
    " iendo ido ida idos idas ete ase anse ed id iendose iendote iendolo iendole"
)
_UNSTRESSED_TOO = "o es e en a as an ete ase ate ese"  # endings that the changed stem of the present takes


def forms(word: str) -> tuple[str, ...]:
    """All forms of a folded base form, the base first: aliviar → aliviar, alivio, alivia, aliviarse, …; dañado → danado, danada, …"""
    if len(word) > 3 and word.endswith(("ar", "er", "ir")) and word not in _NO_VERBS:
        return tuple(dict.fromkeys(_verb(word)))
    if word in _MORE:
        return (word, *_MORE[word])
    return tuple(dict.fromkeys(_noun(word)))


def _verb(word: str) -> list[str]:
    stem, ending = word[:-2], word[-2:]
    kept = [form for form in (_AR if ending == "ar" else _ER).split() if not form.endswith("r") or form == ending]
    front = _before_e(stem) if ending == "ar" else stem
    made = [word, *((front if form[0] == "e" else stem) + form for form in kept), *(word + clitic for clitic in _CLITICS)]
    if word in _STRESSED:
        changed = _STRESSED[word]
        soft = _before_e(changed) if ending == "ar" else changed[:-2] + "c" if changed.endswith("zc") else changed
        endings = (form for form in _UNSTRESSED_TOO.split() if ending != "ar" or form != "o")
        made += [(soft if form[0] == "e" else changed) + form for form in endings]
    if ending != "ar" and stem[-1] in "aeou":  # leer, construir: leyo, construyo
        made += [stem + form for form in ("yo", "yeron", "yendo", "ye", "yen", "ya", "yan")]
    return [*made, *_MORE.get(word, ())]


def _before_e(stem: str) -> str:
    """The stem of a verb in -ar before e, spelt so that it sounds the same: aplicar → aplique, pagar → pague, alcanzar → alcance."""
    return {"c": stem[:-1] + "qu", "g": stem + "u", "z": stem[:-1] + "c"}.get(stem[-1], stem)


def _noun(word: str) -> list[str]:
    if word.endswith("o"):
        return [word, word[:-1] + "a", word + "s", word[:-1] + "as"]
    if word.endswith("z"):
        return [word, word[:-1] + "ces"]
    if word.endswith(("a", "e", "i", "u")):
        return [word, word + "s"]
    if word.endswith("or"):
        return [word, word + "a", word + "es", word + "as"]
    return [word] if word.endswith("s") else [word, word + "es"]
