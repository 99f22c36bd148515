"""How whole numbers are written on pages. Pure."""


def grouped(number: int) -> str:
    """1 904: in threes, as both languages of the city write it."""
    return f"{number:,}".replace(",", "\u202f")
