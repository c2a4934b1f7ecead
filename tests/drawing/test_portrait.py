"""What a picture of Values tells: sums at forks, what-ifs, constants, cut edges, accumulated gradients."""

from __future__ import annotations

import autograd_mini as ag
from autograd_mini import Value
from autograd_mini.drawing.picture import Edge, Node, Picture


def node(drawing: object, text: str) -> Node:
    picture: Picture = drawing.picture  # type: ignore[attr-defined]
    [found] = [node for node in picture.nodes if node.text == text]
    return found


def edges(drawing: object, tail: str) -> list[Edge]:
    picture: Picture = drawing.picture  # type: ignore[attr-defined]
    return [edge for edge in picture.edges if picture.nodes[edge.tail].text == tail]


def test_a_fork_shows_each_contribution_and_the_sum() -> None:
    x, y = Value(3.0, "x"), Value(4.0, "y")
    z = x * y + x
    z.backward()
    drawing = ag.draw(z)
    assert [edge.gradients for edge in edges(drawing, "x")] == [(4.0,), (1.0,)]
    assert node(drawing, "x").notes == ("∂ 5",)
    assert node(drawing, "y").notes == ()


def test_the_numbers_are_those_of_this_output_and_an_accumulated_gradient_is_said() -> None:
    x = Value(3.0, "x")
    y = x * 2
    y.backward()
    (x * 7).backward()
    drawing = ag.draw(y)
    assert [edge.gradients for edge in edges(drawing, "x")] == [(2.0,)]
    assert node(drawing, "x").notes == ("grad 9 (several passes)",)
    x.grad = 0.0
    assert node(ag.draw(y), "x").notes == ("grad now 0",)


def test_an_output_inside_another_one_is_no_second_start() -> None:
    a = Value(2.0, "a")
    b = a * a
    c = b * 3
    ag.label(b=b, c=c)
    c.backward()
    drawing = ag.draw([c, b])
    assert [edge.gradients for edge in edges(drawing, "a")] == [(6.0,), (6.0,)]
    assert node(drawing, "a").notes == ("∂ 12",)
    leaf, _ = [node for node in ag.draw([c, b, a]).picture.nodes if node.text == "a"]
    assert leaf.notes == ("∂ 12",)


def test_local_derivatives_are_known_before_backward() -> None:
    drawing = ag.draw(Value(3.0, "x") * 2, local_derivatives=True)
    assert "local 2" in drawing.svg()


def test_the_gradient_that_backward_started_from_is_the_one_drawn() -> None:
    x = Value(3.0, "x")
    y = x * 2
    y.backward(gradient=10.0)
    assert [edge.gradients for edge in edges(ag.draw(y), "x")] == [(20.0,)]
    assert [edge.gradients for edge in edges(ag.draw(y, gradients=True), "x")] == [(2.0,)]
    assert [edge.gradients for edge in edges(ag.draw(y, gradients=False), "x")] == [()]


def test_a_what_if_keeps_the_old_number_beside_the_new() -> None:
    price, count = Value(10.0, "price"), Value(2.0, "count")
    total = price * count
    drawing = ag.draw(total, at={price: 11.0})
    assert [(edge.values, edge.new_values) for edge in edges(drawing, "price")] == [((10.0,), (11.0,))]
    svg = drawing.svg()
    assert "10 → 11 (+1)" in svg
    assert "20 → 22 (+2)" in svg
    assert ">2<" in svg  # the count, which does not change
    assert price.data == 10.0


def test_constants_are_grey_names_or_inlined() -> None:
    x = Value(3.0, "x")
    y = 10 - 2 * x / 4
    assert [node.text for node in ag.draw(y).picture.nodes] == ["10", "2", "x", "×", "4", "÷", "−", "output"]
    assert node(ag.draw(y), "10").kind == "constant"
    inlined = ag.draw(y, constants="inline")
    assert [node.text for node in inlined.picture.nodes] == ["x", "×2", "÷4", "10−", "output"]


def test_a_labelled_constant_keeps_its_name() -> None:
    y = ag.constant(9.81, label="g") * Value(2.0, "t")
    assert node(ag.draw(y, constants="inline"), "g").kind == "constant"


def test_detach_is_drawn_as_a_cut_edge() -> None:
    x = Value(3.0, "x")
    cut = x.detach()
    cut.label = "frozen"
    y = cut * x
    y.backward()
    drawing = ag.draw(y)
    [cut_edge] = [edge for edge in drawing.picture.edges if edge.cut]
    assert [drawing.picture.nodes[i].text for i in (cut_edge.tail, cut_edge.head)] == ["x", "frozen"]
    assert cut_edge.gradients == ()


def test_a_changed_leaf_is_marked() -> None:
    x = Value(3.0, "x")
    y = x * x
    x.data = 4.0
    assert node(ag.draw(y), "×").notes == ("changed since",)
    assert node(ag.draw(ag.replay(y)), "×").notes == ()


def test_in_the_graph_of_a_gradient_the_forward_part_is_faded() -> None:
    x, w = Value(3.0, "x"), Value(2.0, "w")
    [dx] = ag.grad((x * w).sin(), [x], create_graph=True)
    drawing = ag.draw(dx)
    operations = [(node.text, node.faded) for node in drawing.picture.nodes if node.kind == "operation"]
    assert operations == [("×", True), ("cos", False), ("×", False)]


def test_several_outputs_and_their_seeds() -> None:
    x = Value(3.0, "x")
    a, b = x * 2, x * 5
    ag.label(a=a, b=b)
    a.backward()
    drawing = ag.draw([a, b])
    assert [node.text for node in drawing.picture.nodes if node.kind == "output"] == ["a", "b"]
    assert [edge.gradients for edge in edges(drawing, "x")] == [(2.0,), ()]


def test_digits_are_significant_never_zeros() -> None:
    x = Value(0.000012345678, "x")
    assert "1.23e-5" in ag.draw(x * 1, digits=3).svg()


def test_focus_keeps_the_surroundings_and_says_so() -> None:
    x = Value(1.0, "x")
    nodes = [x]
    for _ in range(30):
        nodes.append(nodes[-1].sin())
    drawing = ag.draw(nodes[-1], focus=nodes[15], hops=2)
    assert len(drawing.picture.nodes) == 5
    assert drawing.picture.caption[-1] == "5 of 31 nodes shown: 2 steps around one."


def test_those_who_listen_hear_what_stands_in_the_picture() -> None:
    x, y = Value(2.0, "x"), Value(3.0, "y")
    z = x * y + x
    assert ag.draw(z).picture.words == "x = 2\ny = 3\nv1 = x × y = 6\nv2 = v1 + x = 8"
    assert ag.draw(z, gradients=True, at={x: 5.0}).picture.words.splitlines() == [
        "x = 2 → 5 (+3); gradient 1 + 3 = 4",
        "y = 3; gradient 2",
        "v1 = x × y = 6 → 15 (+9); gradient 1",
        "v2 = v1 + x = 8 → 20 (+12); gradient 1",
    ]
    assert ag.draw(z, focus=y, hops=1).picture.words == "y = 3\nv1 = x × y = 6"
    assert ag.draw(ag.constant(9.81, "g") * 2 * x.detach()).picture.words.splitlines()[0] == "g = 9.81; constant"
    (z * z).backward()
    z.backward()
    assert ag.draw(z).picture.words.splitlines()[0] == "x = 2; gradient 1 + 3 = 4; grad 68 (several passes)"
    first, _sum = ag.draw(ag.sum([y] * 9), gradients=True, at={y: 4.0}).picture.words.splitlines()
    assert first == "y = 3 → 4 (+1); gradient 1 + 1 + 1 + … (3 more) … + 1 + 1 + 1 = 9; grad 34 (several passes)"


def test_of_very_many_nodes_those_who_listen_hear_how_many_they_are() -> None:
    assert ag.draw(ag.sum([Value(1.0, f"x{i}") for i in range(60)])).picture.words == "A computational graph of 61 nodes."


def test_what_was_set_by_hand_is_shown_as_it_is() -> None:
    x = Value(3.0, "x")
    y = x * 2
    y.backward()
    x.grad = None  # type: ignore[assignment]
    assert node(ag.draw(y), "x").notes == ("grad now None",)
    assert "x.grad holds None" in ag.text(y)


def test_left_out_on_request_is_not_called_missing() -> None:
    y = Value(3.0, "x") * 2
    assert ag.draw(y).picture.caption == ("Gradients: not computed yet.",)
    assert ag.draw(y, gradients=False).picture.caption == ()
    assert ag.draw(Value(3.0, "x")).picture.caption == ()
