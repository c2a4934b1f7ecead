"""What Hypothesis learns when it is imported: how to draw a Value where a type hint asks for one.

What you can do with this file: nothing; `from_type(Value)`, `@given(...)` and `infer` use it. The entry point `hypothesis` names it.
"""

from __future__ import annotations

__all__ = ["register"]


def register() -> None:
    """Tell Hypothesis."""
    from hypothesis import strategies as st

    from autograd_mini.value import Value

    def drawn(_kind: type[Value]) -> st.SearchStrategy[Value]:
        from autograd_mini.checks.strategies import values

        return values()

    st.register_type_strategy(Value, drawn)
