"""How figures are written."""


def ms(seconds: float) -> str:
    """12.3 ms."""
    return f"{seconds * 1000:,.1f} ms"


def per_second(rate: float) -> str:
    """1,234/s."""
    return f"{rate:,.0f}/s"
