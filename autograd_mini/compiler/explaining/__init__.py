"""What a program says of itself: its arrays by name, its instructions as formulas, and why they are what they are.

What you can do with this package: `program.explain()` and `ag.draw(program)`. The files in the order of the work: `plain.py` (what is
computed, without the tricks that make it fast), `naming.py` and `slopes.py`, `roles.py` (which array is a layer's weights, its errors, its
slopes), `formula.py`, `four_equations.py` and `equations.py` (instructions as formulas), `work.py` (operations and bytes),
`absorption.py` (why numbers stand alone), `explanation.py` (the table), `portrait.py` (the picture).
"""
