from __future__ import annotations

from xml.etree import ElementTree

from grader.plaintext import plain


def test_plain_keeps_text_and_makes_the_rest_visible():
    assert plain("Zoë\t株\n\x1b[1;31mred\x1b[0m") == "Zoë\t株\nred"
    assert (
        plain("a\x07b\x1b]0;title\x07\x9b2J\r\ud800")
        == "a\ufffdb\ufffd]0;title\ufffd\ufffd2J\ufffd\ufffd"
    )


def test_whatever_is_left_may_stand_in_xml():
    every = "".join(map(chr, range(0x11000)))
    element = ElementTree.Element("text")
    element.text = plain(every)
    read = ElementTree.fromstring(ElementTree.tostring(element, encoding="utf-8"))
    assert read.text == plain(every)
