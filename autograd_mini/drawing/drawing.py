"""Drawing: a picture that can be shown, saved and restyled.

What you can do with this file: `Drawing(picture).svg()`, `.png()`, `.pdf()`, `.source` (DOT), `.digraph`, `.save("y.svg")`; in
Jupyter it shows itself.

    .svg     ours, on Graphviz's geometry: the same bytes whatever fonts are installed
    .png     the SVG through resvg (extra `draw`), which needs a font that covers the labels
    .pdf     Graphviz's own rendering of the DOT: no converter with plain wheels keeps the scene and Chinese labels
    .dot     a complete labelled graph, for your own styling
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import category

from autograd_mini.drawing.extras import hint, import_error
from autograd_mini.drawing.layout import can_lay_out, rendered
from autograd_mini.drawing.picture import Picture
from autograd_mini.drawing.svg import FONTS, Frame, svg
from autograd_mini.drawing.texts import Style, edge_texts, node_lines
from autograd_mini.errors import MissingExtra
from autograd_mini.whole import write_whole

if TYPE_CHECKING:
    import graphviz

__all__ = ["FORMATS", "Drawing"]

INVISIBLE = {"Cc", "Cf", "Cs", "Mn", "Me", "Zs", "Zl", "Zp"}  # Unicode categories that leave no ink of their own


class Drawing:
    """A picture of a graph. Made by `ag.draw`."""

    def __init__(self, picture: Picture, style: Style | None = None, within: Frame | None = None) -> None:
        self.picture = picture
        self.style = style or Style()
        self.within = within

    def svg(self) -> str:
        """The picture as SVG text. Raises MissingExtra if no layout engine is installed."""
        return self._svg

    @cached_property
    def _svg(self) -> str:
        return svg(self.picture, self.style, f"ag-{sha256(repr((self.picture, self.style)).encode()).hexdigest()[:10]}", self.within)

    def png(self, zoom: float = 2.0) -> bytes:
        """The picture as PNG bytes, `zoom` pixels to one of the SVG.

        Raises MissingExtra if the extra `draw` is not installed, ValueError if no installed font covers the labels.
        """
        if error := import_error("resvg_py"):
            raise MissingExtra(
                'PNG needs a renderer; it comes with: pip install "autograd-mini[draw]". SVG needs none: save("y.svg").'
                + hint("resvg_py", error)
            ) from error
        from resvg_py import svg_to_bytes

        self._require_fonts("PNG")
        return bytes(svg_to_bytes(svg_string=self.svg(), zoom=zoom))

    def pdf(self) -> bytes:
        """The picture as PDF bytes, in Graphviz's own look (labels on the edges, no backward arrows).

        Raises MissingExtra without a layout engine, ValueError if no installed font covers the labels.
        """
        self._require_fonts("PDF")
        return rendered(self.source, "pdf")

    @property
    def source(self) -> str:
        """The graph as DOT: complete and labelled."""
        return str(self.digraph.source)

    @cached_property
    def digraph(self) -> graphviz.Digraph:
        """The graph as a `graphviz.Digraph`, yours to restyle."""
        import graphviz

        graph = graphviz.Digraph(graph_attr={"rankdir": self.style.direction, "ordering": "in"}, edge_attr={"fontname": FONTS})
        graph.attr("node", fontname=FONTS)
        shapes = {"operation": "circle", "group": "box", "neuron": "circle"}
        for i, node in enumerate(self.picture.nodes):
            # Our own ids: a label such as "x:0" would be read as node x, port 0.
            text = "\n".join(node_lines(node))
            graph.node(f"n{i}", label=_escaped(text), shape=shapes.get(node.kind, "plaintext"))
        for edge in self.picture.edges:
            texts = edge_texts(edge, self.style)
            text = "\n".join(filter(None, (texts.above, texts.below and f"∂ {texts.below}", texts.local)))
            graph.edge(f"n{edge.tail}", f"n{edge.head}", label=_escaped(text), style="dotted" if edge.cut else "solid")
        return graph

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture as .svg, .png, .pdf or .dot, by the ending of `path`; the file appears whole or not at all.

        Returns the path. Raises ValueError for another ending, OSError if it cannot be written, and as the formats do.
        """
        ending = Path(path).suffix.lower()
        if ending not in FORMATS:
            raise ValueError(f"save({os.fspath(path)!r}): the ending says the format, and the formats are {', '.join(FORMATS)}")
        write_whole(path, FORMATS[ending](self))
        return Path(path)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What Jupyter shows: the SVG, and always the text (untrusted notebooks hide SVG)."""
        text = {"text/plain": str(self)}
        return {**text, "image/svg+xml": self.svg()} if can_lay_out() else text

    def __str__(self) -> str:
        lines = [self.picture.words, *self.picture.caption]
        if not can_lay_out():
            lines.append('(No picture: the layout engine is missing. pip install "autograd-mini[draw]")')
            lines.append(hint("pygraphviz", import_error("pygraphviz")).strip())
        return "\n".join(filter(None, lines))

    def __repr__(self) -> str:
        return f"<Drawing of {self.picture.size:,} nodes: .save('y.svg'), .svg(), .png(), .source>"

    def _require_fonts(self, format: str) -> None:
        missing = self._without_a_font()
        if missing:
            raise ValueError(
                f"no installed font has the character {missing!r}, so a {format} would leave it out: install one (Debian and Ubuntu: "
                "fonts-noto-cjk for Chinese, fonts-dejavu for the rest), or save as .svg, which any browser shows."
            )

    def _without_a_font(self) -> str | None:
        """The first character of the picture that resvg finds no font for: it draws what it draws for an unknown one."""
        if import_error("resvg_py"):
            return None  # nobody to ask
        from resvg_py import svg_to_bytes

        def drawn(character: str) -> bytes:
            text = f'<text x="4" y="30" font-size="24" font-family="{FONTS}">{character}</text>' if character else ""
            return bytes(svg_to_bytes(svg_string=f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">{text}</svg>'))

        texts = [*(line for node in self.picture.nodes for line in node_lines(node))]
        texts += [text for edge in self.picture.edges for text in edge_texts(edge, self.style)]
        characters = sorted({c for text in texts for c in text if ord(c) > 127 and category(c) not in INVISIBLE})
        missing = {drawn(""), drawn("\U0010fffd")}  # nothing at all, or the box that stands for an unknown character
        return next((c for c in ["0", *characters] if drawn(c) in missing), None)


#: How a drawing becomes a file: ending → its bytes.
FORMATS: Mapping[str, Callable[[Drawing], bytes]] = {
    ".svg": lambda drawing: drawing.svg().encode(),
    ".png": Drawing.png,
    ".pdf": Drawing.pdf,
    ".dot": lambda drawing: drawing.source.encode(),
}


def _escaped(text: str) -> str:
    import graphviz

    # Graphviz can hold neither NUL bytes nor halves of surrogate pairs; a line break becomes its own \n.
    text = text.replace("\0", "").encode("utf-8", "replace").decode()
    return "\\n".join(graphviz.escape(line) for line in text.split("\n"))
