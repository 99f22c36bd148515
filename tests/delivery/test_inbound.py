"""What replies mean, word by word. Pure: no database."""

import pytest

from cityalert.delivery.inbound import EN, FR, KEYWORDS, Meaning, heard

M = Meaning


@pytest.mark.parametrize(
    ("means", "bodies"),
    [
        (M.ACKNOWLEDGE, ["ACK", "ack", " “Ack.” ", "a", "A7", "1", "'ok'", "OK!", "Reçu", "recu..",
                         "Ack, on our way", "VU", "Roger.", "\"1\""]),
        (M.YES, ["yes", "Oui!", "OUI."]),
        (M.STOP, ["STOP", "stop.", " Stop ", "Arrêt", "ARRET", "UNSUBSCRIBE", "end", "Quit", "CANCEL", "fin", "Fin.",
                  "désabonner", "STOPALL", "'stop'"]),
        (M.START, ["START", "Début", "debut", "unstop"]),
        (M.HELP, ["HELP", "help?", "Aide", "INFO", "info."]),
        (M.NEED_HELP, ["HELP ME", "help us, door B", "Need help", "we need help: 2 hurt", "SOS", "Secours!",
                       "au secours", "À l’aide", "Nous avons besoin d'aide", "not safe", "We are not safe",
                       "unsafe", "aidez-nous",
                       "ok, need help", "Ack. SOS", "pas en sécurité", "Nous ne sommes pas en sécurité"]),
        (M.SAFE, ["SAFE", "Safe.", "we're all safe", "Everyone is safe", "ok safe", "Sains et saufs", "en sécurité",
                  "Nous sommes tous en sécurité", "safe, 40 people in the lobby"]),
        (M.NOT_ON_SITE, ["away", "Not on site", "we are not there", "pas sur place", "Absente"]),
        (M.OTHER, ["", "?", "please stop the noise", "is it safe?", "safe but one of us is hurt", "safe? no",
                   "I don't need help", "stop it", "where is it", "end of the street", "🙂", "1 2 3 4"]),
    ],
)  # fmt: skip
def test_a_reply_means_what_people_mean_by_it(means, bodies):
    assert {body: heard(body).meaning for body in bodies} == dict.fromkeys(bodies, means)


def test_the_carriers_words_are_known_in_their_language():
    spoken = {
        word: KEYWORDS[word].language for word in ("stop", "arret", "help", "aide", "info", "start", "debut")
    }

    assert spoken == {"stop": EN, "arret": FR, "help": EN, "aide": FR, "info": None, "start": EN, "debut": FR}


def test_what_is_said_beside_a_response_is_kept_as_its_note():
    assert heard("Need help, 2 hurt at door B").note == "Need help, 2 hurt at door B"
    assert heard("We are all safe.").note == ""
    assert heard("The smoke is moving east").note == "The smoke is moving east"
