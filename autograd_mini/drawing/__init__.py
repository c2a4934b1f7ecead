"""Drawing: from nodes and edges to SVG, PNG, PDF and DOT. It knows nothing of Values: see `picture.py` for what it draws."""
