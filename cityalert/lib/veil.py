"""Numbers and addresses of others, shown so that they are recognised and cannot be used. Pure."""


def veil(text: str) -> str:
    """ "+14165550123" → "••• 0123", "zoe@cafe.example" → "z•••@cafe.example"."""
    name, at, domain = text.partition("@")
    if at:
        return f"{name[:1]}•••@{domain}"
    return f"••• {text[-4:]}" if text else ""
