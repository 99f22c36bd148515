"""A document's values as CAP 1.2 XML, its elements in the schema's order. The counterpart of `reading`."""

from typing import Any

from lxml import etree

from cityalert.exchange.cap.document import NAMESPACE, TABLES, Document, Kind, Pair


def write(document: Document) -> bytes:
    """The document in UTF-8. Whatever `reading` has read can be written, and reads the same again."""
    root = etree.Element("alert", nsmap={None: NAMESPACE})
    _fill(root, document)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _fill(parent: etree._Element, group: Any) -> None:
    for element in TABLES[type(group)]:
        value = getattr(group, element.field)
        for one in value if element.is_many else (value,):
            if not one:
                continue
            child = etree.SubElement(parent, element.name)
            if element.kind == Kind.GROUP:
                _fill(child, one)
            elif isinstance(one, Pair):
                etree.SubElement(child, "valueName").text = one.name
                etree.SubElement(child, "value").text = one.value
            else:
                child.text = one
