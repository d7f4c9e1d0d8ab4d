"""JATS XML of other people, read safely: nothing outside the file is opened, declared entities are refused. `roles.py` has the rules."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import Any
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler, feature_external_ges, feature_external_pes, property_lexical_handler

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from engagetree.research.terms.lint.flaw import Flaw, flaw


@dataclass
class Element:
    """An element with what the rules look at."""

    name: str
    line: int
    attributes: dict[str, str]
    parent: str  # "" at the top
    text: list[str] = field(default_factory=list)

    def says(self, attribute: str) -> str:
        """An attribute without space around; "" where it is not there."""
        return self.attributes.get(attribute, "").strip()


@dataclass
class Article:
    """All elements in order of their ends, and the version of JATS that the file says it is."""

    elements: list[Element] = field(default_factory=list)
    version: str = ""
    root: str = ""


class _Reading(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.article = Article()
        self.open: list[Element] = []
        self.at: Any = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 (the library's name)
        self.at = locator

    def startDTD(self, name: str, public: str | None, system: str | None) -> None:  # noqa: N802
        """The version is told by the public identifier too: -//NLM//DTD JATS (Z39.96) … v1.1 20151215//EN."""
        if found := re.search(r"JATS.*?\bv(\d+\.\d+)", f"{public or ''} {system or ''}"):
            self.article.version = found[1]

    def startElement(self, name: str, attributes: Any) -> None:  # noqa: N802
        known = {str(k): str(v) for k, v in attributes.items()}
        parent = self.open[-1].name if self.open else ""
        self.open.append(Element(name.rpartition(":")[2], self.at.getLineNumber(), known, parent))
        if not self.article.root:
            self.article.root = name
        self.article.version = known.get("dtd-version", self.article.version)

    def characters(self, content: str) -> None:
        for element in self.open[-3:]:
            element.text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802
        self.article.elements.append(self.open.pop())

    def endDTD(self) -> None:  # noqa: N802
        pass

    def comment(self, content: str) -> None:
        pass

    def startCDATA(self) -> None:  # noqa: N802
        pass

    def endCDATA(self) -> None:  # noqa: N802
        pass

    def startEntity(self, name: str) -> None:  # noqa: N802
        pass

    def endEntity(self, name: str) -> None:  # noqa: N802
        pass


FRAGMENT = "fragment"
"""What stands around elements that have nothing around them."""


def article(data: bytes) -> Article | Flaw:
    """The elements of an XML file, or of several elements that stand side by side; or why it cannot be read."""
    try:
        return _read(data)
    except SAXParseException as error:
        if "junk after document element" in str(error) and not re.match(rb"\s*(\xef\xbb\xbf)?\s*<[?!]", data):
            return _around(data)
        return _broken(error)
    except DefusedXmlException as error:
        entity = getattr(error, "name", None) or ""
        return flaw("JX-09", _line_of(data, entity), f"The file declares the entity “{entity}”.")
    except (SAXException, ValueError, LookupError) as error:
        return flaw("JX-08", 0, f"This is not well-formed XML: {error}.")


def _around(data: bytes) -> Article | Flaw:
    try:
        return _read(b"<%b>%b</%b>" % (FRAGMENT.encode(), data, FRAGMENT.encode()))
    except SAXParseException as error:
        return _broken(error)
    except (SAXException, DefusedXmlException, ValueError, LookupError) as error:
        return flaw("JX-08", 0, f"This is not well-formed XML: {error}.")


def _read(data: bytes) -> Article:
    reading = _Reading()
    parser = defusedxml.sax.make_parser()
    parser.forbid_external = False  # a DOCTYPE with an address is usual; it is not opened
    parser.setFeature(feature_external_ges, False)
    parser.setFeature(feature_external_pes, False)
    parser.setContentHandler(reading)
    parser.setProperty(property_lexical_handler, reading)
    parser.parse(io.BytesIO(data))
    return reading.article


def _broken(error: SAXParseException) -> Flaw:
    return flaw("JX-08", error.getLineNumber() or 0, f"This is not well-formed XML: {error.getMessage()}.")


def _line_of(data: bytes, entity: str) -> int:
    found = re.search(rb"<!ENTITY\s+(%\s+)?" + re.escape(entity.encode()), data)
    return data[: found.start()].count(b"\n") + 1 if found else 0
