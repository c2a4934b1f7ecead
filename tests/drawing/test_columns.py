"""Networks in columns: every layer below one another in its order, whatever the network; nothing lies on anything else."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from autograd_mini.drawing.columns import in_columns
from autograd_mini.drawing.layout import DIRECTIONS, Layout, Size

sizes = st.tuples(st.floats(5, 200), st.floats(5, 100))


class Net:
    """A dense network of given layers, laid out."""

    def __init__(self, layers: list[int], node: list[Size], box: list[Size], direction: str) -> None:
        starts = [sum(layers[:i]) for i in range(len(layers) + 1)]
        self.columns = [range(a, b) for a, b in pairwise(starts)]
        self.edges = [(tail, head) for a, b in pairwise(self.columns) for tail in a for head in b]
        self.nodes = [node[i % len(node)] for i in range(starts[-1])]
        self.boxes = [box[i % len(box)] for i in range(len(self.edges))]
        self.direction = direction
        self.layout: Layout = in_columns(self.columns, self.nodes, self.edges, self.boxes, direction)


networks = st.builds(
    Net,
    st.lists(st.integers(1, 5), min_size=1, max_size=4),
    st.lists(sizes, min_size=1, max_size=5),
    st.lists(sizes, min_size=1, max_size=5),
    st.sampled_from(tuple(DIRECTIONS)),
)


@given(networks)
def test_nodes_and_boxes_lie_apart_inside_the_picture(net: Net) -> None:
    things = list(zip([*net.layout.nodes, *net.layout.boxes], [*net.nodes, *net.boxes], strict=True))
    for (x, y), (width, height) in things:
        assert width / 2 - 1e-6 <= x <= net.layout.width - width / 2 + 1e-6
        assert height / 2 - 1e-6 <= y <= net.layout.height - height / 2 + 1e-6
    for ((x, y), (width, height)), ((x2, y2), (width2, height2)) in combinations(things, 2):
        assert abs(x - x2) >= (width + width2) / 2 - 1e-6 or abs(y - y2) >= (height + height2) / 2 - 1e-6


@given(networks)
def test_a_layer_is_one_column_in_its_order_and_layers_follow_one_another(net: Net) -> None:
    # In whichever direction: one coordinate tells the layers apart, the other the neurons of a layer.
    nodes = net.layout.nodes
    columns = [[nodes[i] for i in column] for column in net.columns]
    along = 0 if net.direction in ("LR", "RL") else 1
    for column in columns:
        assert len({point[along] for point in column}) == 1
        assert [point[1 - along] for point in column] == sorted({point[1 - along] for point in column})
    places = [column[0][along] for column in columns]
    assert places in (sorted(set(places)), sorted(set(places), reverse=True))


@given(networks)
def test_an_edge_goes_from_centre_to_centre_through_the_middle_of_its_box(net: Net) -> None:
    for (tail, head), (x, y), curve in zip(net.edges, net.layout.boxes, net.layout.curves, strict=True):
        assert (curve[0], curve[-1]) == (net.layout.nodes[tail], net.layout.nodes[head])
        assert len(curve) % 3 == 1
        (left, top), (right, bottom) = curve[3], curve[6]
        assert abs((left + right) / 2 - x) < 1e-6
        assert abs((top + bottom) / 2 - y) < 1e-6


def test_directions_are_one_layout_turned() -> None:
    square = [(40.0, 40.0)]
    along = {name: Net([2, 3, 1], square, square, name).layout for name in DIRECTIONS}
    across = along["LR"]
    assert along["RL"].nodes == [(across.width - x, y) for x, y in across.nodes]
    assert along["TB"].nodes == [(y, x) for x, y in across.nodes]
    assert along["BT"].nodes == [(y, across.width - x) for x, y in across.nodes]
    assert (along["TB"].width, along["TB"].height) == (across.height, across.width)
