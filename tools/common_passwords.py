"""Writes the list of common passwords that are long enough to be chosen.

    python tools/common_passwords.py

People who must use twelve characters or more do it in a few ways, which every cracking tool tries
first: a favourite word with the start of the digits row, a year or an exclamation mark; the same word
twice; two favourite words; a walk over the keyboard; one character again and again. The list is made
from those ways, in the order in which the words are popular, and cut at a length that loads at once.
Letter case and the usual digits for letters are folded away before the list is asked, so it holds the
plain form only.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

SHORTEST = 12
LONGEST = 20
MOST = 16_000
TARGET = Path(__file__).parents[1] / "src/grantway/features/accounts/common_passwords.txt"

WORDS = """
password passwort iloveyou qwerty qwertz azerty welcome letmein admin administrator sunshine princess
football baseball basketball superman batman spiderman pokemon monkey dragon master michael jordan jessica
charlie daniel ashley michelle nicole anthony andrew joshua matthew jennifer amanda samantha robert thomas
william elizabeth christopher alexander sebastian maximilian katharina stephanie patrick victoria
liverpool arsenal chelsea manchester barcelona realmadrid juventus bayern dortmund schalke hamburg berlin
munich london paris america canada mexico brasil argentina colombia australia germany deutschland england
ireland scotland france italia espana portugal holland russia india pakistan nigeria
butterfly chocolate strawberry blueberry cookie banana orange purple yellow silver golden diamond crystal
rainbow flower summer winter spring autumn sommer herbst fruehling january february march april june july
august september october november december monday tuesday wednesday thursday friday saturday sunday
computer internet windows microsoft google facebook youtube instagram samsung iphone android nintendo
playstation minecraft fortnite starwars skywalker matrix hannah matilda jasmine melissa danielle
whatever nothing something everything forever together freedom heaven angel angels jesus jesuschrist
christ blessed faith family mother father mommy daddy sister brother babygirl babyboy lovely loveme
iloveu loveyou mylove sweetheart darling honey sugar candy cupcake teddybear kitty hellokitty puppy
doggy tigger tiger lion eagle eagles falcon panther cowboy cowboys yankees lakers steelers patriots
hockey soccer tennis golfer fishing hunting racing ferrari porsche mercedes corvette mustang harley
yamaha honda toyota camaro guitar music metallica eminem rockstar nirvana slipknot
hello hallo bonjour hola ciao goodbye secret geheim private access login passw0rd changeme default
test testing tester temp temporary guest user root system server database oracle cisco network
company office business manager support service security secure control unlock trustno1 hunter
phoenix shadow ghost killer warrior ninja samurai wizard magic merlin gandalf legend hercules zeus
apollo thunder lightning storm hurricane rocket galaxy universe starlight moonlight midnight
happy happiness smile lucky success winner champion number1 number one money dollar million
schatz liebe ichliebedich mausi hase baerchen engel prinzessin fussball handball motorrad
amor teamo tequiero corazon estrella princesa bonita hermosa familia mariposa alejandro fernando
francisco antonio carlos ricardo eduardo roberto daniela gabriela carolina valentina isabella
natalie olivia sophia emily madison abigail hailey brittany courtney heather rachel rebecca
stephen steven brandon justin jonathan benjamin nicholas dominic vincent marcus lucas oliver
buster ginger pepper maggie bailey cooper snoopy mickey minnie donald scooby garfield simpsons
1234 12345 123456 123456789 1q2w3e 1q2w3e4r qazwsx asdfgh zxcvbn qwertyuiop asdfghjkl qwe123 abc123
""".split()  # noqa: SIM905 - the words are read by people

ENDINGS = [
    *(
        "1",
        "123",
        "12",
        "1234",
        "12345",
        "123456",
        "1234567",
        "12345678",
        "123456789",
        "1234567890",
        "!",
        "1!",
    ),
    *("123!", "1234!", "12345!", "@123", "#1", "12!", "!!", "01", "11", "69", "007", "00", "321", "2000"),
    *(str(year) for year in range(2029, 1979, -1)),
    *("111", "1111", "22", "77", "777", "88", "99", "0000", "1212", "123123", "112233", "@1234", "!!!", "."),
]
ROWS = (
    *("1234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm"),
    *(
        "abcdefghijklmnopqrstuvwxyz",
        "1q2w3e4r5t6y7u8i9o0p",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
        "q1w2e3r4t5y6u7i8",
    ),
    *(
        "zaq12wsxcde34rfvbgt5",
        "qazwsxedcrfvtgbyhnujm",
        "147258369",
        "159753",
        "741852963",
        "987654321",
        "01234567",
    ),
)
TAILS = ("iloveyou", "password", "love", "forever", "4ever", "4life", "isthebest", "rocks", "abc123")


def numbers() -> Iterator[str]:
    """Runs and repetitions of digits and letters."""
    signs = "0123456789abcdefghijklmnopqrstuvwxyz.!*-"
    for sign, length in product(signs, range(SHORTEST, LONGEST + 1)):
        yield sign * length
    for unit in (
        "12",
        "123",
        "1234",
        "12345",
        "123456",
        "1122",
        "112233",
        "01",
        "10",
        "21",
        "321",
        "4321",
        "69",
    ):
        for length in range(SHORTEST, LONGEST + 1):
            yield (unit * LONGEST)[:length]
    for first, second in product("0123456789", repeat=2):
        yield (first + second) * 6
        yield first * 6 + second * 6


def walks() -> Iterator[str]:
    """Rows and columns of the keyboard: forward, backward, there and back, after each other, with digits."""
    for row in ROWS:
        for line in (row, row[::-1]):
            for length in range(SHORTEST, LONGEST + 1):
                yield (line * 3)[:length]
            yield line + line[::-1]
            for digits in ENDINGS[:40]:
                yield line[:10] + digits
                yield digits + line[:10]
    for first, second in product(ROWS, repeat=2):
        for length in (6, 8, 10):
            yield first[:length] + second[:length]


def words() -> Iterator[str]:
    """Favourite words as people lengthen them, the most popular ways first."""
    for word in WORDS:
        yield from (word, word * 2, word * 3)
    for tail in TAILS:
        for word in WORDS:
            yield word + tail
            yield tail + word
    for ending in ENDINGS:
        for word in WORDS:
            yield word + ending
    for first, second in product(WORDS[:40], repeat=2):
        yield first + second
    for ending in ENDINGS:
        for word in WORDS:
            yield ending + word
            yield f"my{word}{ending}"


def common_passwords() -> list[str]:
    """The list, sorted, without doublets."""
    found: dict[str, None] = {}
    for candidate in (*numbers(), *walks(), *words()):
        if SHORTEST <= len(candidate) <= LONGEST:
            found.setdefault(candidate)
    return sorted(list(found)[:MOST])


if __name__ == "__main__":
    lines = common_passwords()
    TARGET.write_text("\n".join(lines) + "\n", encoding="ascii")
    print(f"{len(lines)} passwords, {TARGET.stat().st_size} bytes")  # noqa: T201
