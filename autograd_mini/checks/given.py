"""given_gradients: a property test of a gradient, in which the decorated body is the function.

What you can do with this file:

    @given_gradients(x=floats(0.1, 10), y=floats(-5, 5), order=2)
    def test_mine(x, y):
        return x.log() * y.sin()

    @given_gradients()                            points inside the domain, near its edges and near kinks: see `points`
    def test_yours(x, y): ...

    @given_gradients(gradient=lambda x, y: (y, x), x=floats(-9, 9), y=floats(-9, 9))     a gradient derived by hand
    def test_by_hand(x, y): return x * y

Hypothesis draws the points and shrinks what fails. `@settings(max_examples=1000)` above or below works as ever; only the deadline
is gone: a slow machine is not a wrong gradient.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from autograd_mini.checks.called import with_parameters
from autograd_mini.checks.gradcheck import gradcheck, require_order
from autograd_mini.checks.needs import needs
from autograd_mini.checks.strategies import points
from autograd_mini.errors import GradientMismatch
from autograd_mini.number import is_number
from autograd_mini.tally import Tally, collecting
from autograd_mini.witnesses import CANNOT_TELL

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

__all__ = ["given_gradients"]

F = TypeVar("F", bound=Callable[..., Any])
#: Where Hypothesis's other decorators (@settings, @example, @seed, @reproduce_failure) leave what @given looks for.
LEFT = ("_hypothesis_internal_use_seed", "_hypothesis_internal_use_reproduce_failure", "hypothesis_explicit_examples")
SETTINGS = "_hypothesis_internal_use_settings"


def given_gradients(
    *misplaced: Any,
    gradient: Callable[..., Sequence[float]] | None = None,
    order: int = 1,
    **strategies: SearchStrategy[float],
) -> Callable[[F], Callable[..., None]]:
    """Make a test of a function: at points that Hypothesis draws, its gradient has to agree with what can be measured.

    The decorated function takes Values and returns one (with `gradient=`, floats, as in `gradcheck`). `strategies` has one strategy
    of numbers for each of its parameters; without any, `points(f)` draws them. `order=2` checks second derivatives too.

    The test fails with GradientMismatch at the simplest point found; and if more than half of the points end in *cannot tell*, since
    then it checks nothing. Raises TypeError where strategies and parameters do not fit, ValueError for another `order`, MissingExtra
    without Hypothesis.

    >>> from hypothesis.strategies import floats
    >>> @given_gradients(x=floats(0.1, 10), y=floats(-5, 5), order=2)
    ... def test_mine(x, y):
    ...     return x.log() * y.sin()
    >>> test_mine()
    """
    if misplaced:
        raise TypeError("write @given_gradients(), with brackets, or @given_gradients(x=floats(-1, 1)): strategies go by parameters' names")
    require_order(order, gradient, "given_gradients()")

    def decorate(f: F) -> Callable[..., None]:
        if not inspect.isfunction(f):
            raise TypeError(f"given_gradients() decorates a function; got {f!r:.80}")
        names = _parameters(f, strategies, by_hand=gradient is not None)

        def check(function: Callable[..., Any], drawn: Mapping[str, Any]) -> None:
            __tracebackhide__ = True
            point = [drawn[name] for name in names] if strategies else drawn["point"]
            for name, x in zip(names, point, strict=True):
                if not is_number(x):
                    raise TypeError(f"given_gradients({name}=…): the strategy gave {x!r:.80}; it must give one number for the parameter")
            gradcheck(function, *point, order=order, gradient=gradient)

        return _as_test(f, names, strategies, check)

    return decorate


def _parameters(f: Callable[..., Any], strategies: Mapping[str, Any], by_hand: bool) -> list[str]:
    """The parameters of f to draw, in their order: all but a `self`."""
    name, signature = getattr(f, "__name__", repr(f)), inspect.signature(f)
    if any(p.kind not in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in signature.parameters.values()):
        raise TypeError(f"given_gradients() checks functions with parameters such as (x, y); those of {name} are {signature}")
    names = [p for p in signature.parameters if p != "self"]
    if not names:
        raise TypeError(f"given_gradients(): {name} has no parameter, so there is nothing to differentiate by")
    if by_hand and not strategies:
        needed = ", ".join(f"{p}=floats(-1, 1)" for p in names)
        raise TypeError(f"given_gradients(gradient=…) needs a strategy for each parameter of {name}: {needed}")
    if strategies and set(strategies) != set(names):
        raise TypeError(f"given_gradients() got strategies for {', '.join(strategies)}; the parameters of {name} are {', '.join(names)}")
    return names


def _as_test(f: F, names: list[str], strategies: Mapping[str, Any], check: Callable[..., None]) -> Callable[..., None]:
    """A test for pytest, unittest or a plain call; Hypothesis sees a function with one argument for each strategy."""
    hypothesis = needs("hypothesis")

    def test(*self: Any) -> None:
        __tracebackhide__ = True
        function = with_parameters(lambda *xs: f(*self, *xs), names)
        drawn = strategies or {"point": points(function)}

        def body(**numbers: Any) -> None:
            __tracebackhide__ = True
            check(function, numbers)

        with_parameters(body, list(drawn), inspect.Parameter.KEYWORD_ONLY)
        body.__name__, body.__qualname__, body.__module__ = f.__name__, f.__qualname__, f.__module__
        given = hypothesis.given(**drawn)(body)
        given.__dict__.update({key: marks[key] for key in marks if key.startswith(LEFT)})
        own = marks.get(SETTINGS, hypothesis.settings.default)
        # The phase that explains which arguments matter costs more than all others; the message says what is wrong.
        phases = [phase for phase in own.phases if phase is not hypothesis.Phase.explain]
        with collecting() as tally:
            hypothesis.settings(own, deadline=None, print_blob=True, phases=phases)(given)()
        _require_most(tally, f.__name__)

    # For pytest and Hypothesis's plugin: it is a test of Hypothesis's, without parameters but self, and carries the marks of f.
    functools.update_wrapper(test, f)
    marks = test.__dict__  # those put above the decorator too, when the test runs
    del marks["__wrapped__"]
    own_self = [p for p in inspect.signature(f).parameters.values() if p.name == "self"]
    marks |= {"__signature__": inspect.Signature(own_self), "is_hypothesis_test": True}
    return test


def _require_most(tally: Tally, name: str) -> None:
    undecided = tally.points[CANNOT_TELL]
    if 2 * undecided > tally.total:
        reason, _count = tally.reasons.most_common(1)[0]
        raise GradientMismatch(
            f"{name} checks too little: at {undecided} of {tally.total} points nobody could tell, mostly because {reason} "
            f"(first at {tally.undecided_at}). Draw points from where the function can be measured, for example from ag.checks.points(f)."
        )
