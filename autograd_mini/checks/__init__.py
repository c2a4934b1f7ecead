"""Property-testing gradients: checks that neither cry wolf nor sleep.

What you can do with this package:

    gradcheck(f, 1.0, 2.0)                                            one point; `str` of the report says what was seen
    gradcheck(f, 1.0, 2.0, gradient=by_hand)                          any function of floats, and a gradient derived by hand

    @given_gradients(x=floats(0.1, 10), y=floats(-5, 5), order=2)     many points, drawn by Hypothesis: the body *is* the function
    def test_mine(x, y):
        return x.log() * y.sin()

    expressions(), values(), points(f)                                Hypothesis strategies

Under pytest there is a fixture `gradcheck` too, and `pytest --gradient-report` says how many points were decided, and how.
`docs/checks.md` says how far each of the witnesses can be trusted.
"""

from autograd_mini.bounds import gradient_rounding, rounding
from autograd_mini.checks.expressions import Expression, expressions, random_expression
from autograd_mini.checks.given import given_gradients
from autograd_mini.checks.gradcheck import Report, gradcheck
from autograd_mini.checks.strategies import points, values
from autograd_mini.errors import GradientMismatch
from autograd_mini.tally import Tally, collecting
from autograd_mini.witnesses import AGREE, CANNOT_TELL, DISAGREE, Finding, Measurement

__all__ = [
    "AGREE", "CANNOT_TELL", "DISAGREE", "Expression", "Finding", "GradientMismatch", "Measurement", "Report", "Tally",
    "collecting", "expressions", "given_gradients", "gradcheck", "gradient_rounding", "points", "random_expression", "rounding", "values",
]  # fmt: skip
