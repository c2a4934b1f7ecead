"""Pictures for a network: the same digit gives the same pixels, however it was drawn, photographed, placed and stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

import nn
from autograd_mini.refusal import Refusal
from nn import image_files
from nn.answers import guess, guesses
from nn.compiled import outputs_of
from nn.image_files import greys_of
from nn.images import prepared
from nn.ink import ink_of, thickened

TWO = [(10, 40), (20, 15), (50, 5), (80, 20), (85, 50), (60, 90), (30, 125), (10, 150), (90, 150)]


def drawn(
    ink: Any = 0, paper: Any = 255, *, mode: str = "L", at: tuple[int, int] = (150, 60), scale: float = 1.0, pen: int = 18
) -> Image.Image:
    """A 2 on a sheet of 400 × 300, or as many times larger."""
    image = Image.new(mode, (round(400 * scale), round(300 * scale)), paper)
    draw, width = ImageDraw.Draw(image), pen * scale
    points = [((at[0] + x) * scale, (at[1] + y) * scale) for x, y in TWO]
    draw.line(points, ink, round(width), joint="curve")
    for x, y in points:
        draw.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], ink)
    return image


def pixels(image: Image.Image, tmp_path: Path, side: int = 28, ending: str = ".png") -> Any:
    path = tmp_path / f"picture{ending}"
    image.save(path)
    return prepared(path, side).pixels


def apart(one: Any, other: Any) -> float:
    """The mean difference of two images, up to a pixel's move: where the centre of mass is between two pixels, little decides."""
    moves = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    return min(float(np.abs(np.roll(one, move, (0, 1)) - other).mean()) for move in moves)


def photographed(image: Image.Image) -> Image.Image:
    """On paper in a light that fades to a third, with noise."""
    rows, columns = np.mgrid[0 : image.height, 0 : image.width]
    light = 0.9 - 0.5 * columns / image.width - 0.1 * (rows / image.height) ** 2
    noise = np.random.default_rng(0).normal(0, 4, light.shape)
    return Image.fromarray(((60 + 0.7 * np.asarray(image, float)) * light + noise).clip(0, 255).astype("uint8"))


def dusty() -> Image.Image:
    image = drawn()
    for place in [(5, 5), (390, 290), (20, 250)]:
        image.putpixel(place, 0)
    return image


OTHERS: dict[str, Callable[[], Image.Image]] = {
    "light on dark": lambda: drawn(255, 0),
    "little contrast": lambda: drawn(150, 190),
    "elsewhere": lambda: drawn(at=(20, 100)),
    "small": lambda: drawn(scale=0.3),
    "large": lambda: drawn(scale=4),
    "in colour": lambda: drawn("navy", "lightyellow", mode="RGB"),
    "with a palette": lambda: drawn("red", "white", mode="RGB").convert("P"),
    "in two colours": lambda: drawn().convert("1"),
    "black lines alone": lambda: drawn((0, 0, 0, 255), (0, 0, 0, 0), mode="RGBA"),
    "white lines alone": lambda: drawn((255, 255, 255, 255), (0, 0, 0, 0), mode="RGBA"),
    "in 16 bits": lambda: Image.fromarray(np.asarray(drawn(), "uint16") * 257),
    "photographed": lambda: photographed(drawn()),
    "photographed, light on dark": lambda: photographed(drawn(255, 60)),
    "with dust": dusty,
}


@pytest.mark.parametrize("side", [8, 28])
@pytest.mark.parametrize("name", OTHERS)
def test_the_same_digit_is_the_same_pixels(name: str, side: int, tmp_path: Path) -> None:
    assert apart(pixels(OTHERS[name](), tmp_path, side), pixels(drawn(), tmp_path, side)) < 0.04


def ruled() -> Image.Image:
    image = drawn()
    ImageDraw.Draw(image).line([(0, 50), (400, 50)], 120, 3)
    return image


def on_a_table() -> Image.Image:
    table = Image.new("L", (400, 300), 60)
    table.paste(drawn().crop((100, 40, 400, 300)), (0, 0))
    return table


@pytest.mark.parametrize(("image", "sides"), [*((make, 0) for make in OTHERS.values()), (ruled, 2), (on_a_table, 2)])
def test_ink_at_the_edges_is_counted_by_sides(image: Callable[[], Image.Image], sides: int, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    image().save(path)
    assert prepared(path, 28).edges == sides


def test_a_mirrored_digit_is_not_the_same_pixels(tmp_path: Path) -> None:
    # What the tolerance above would have to let through.
    assert apart(pixels(ImageOps.mirror(drawn()), tmp_path), pixels(drawn(), tmp_path)) > 0.08


def test_thin_lines_are_made_broader(tmp_path: Path) -> None:
    path = tmp_path / "thin.png"
    drawn(pen=3).save(path)
    thin = prepared(path, 28)
    assert thin.thickened
    assert np.abs(thin.pixels - pixels(drawn(), tmp_path)).mean() < 0.06
    assert thickened(np.ones((10, 20))).shape == (10, 20)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_what_a_camera_notes_is_heeded(orientation: int, tmp_path: Path) -> None:
    turns = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    turn = turns[orientation]
    lying, noted = drawn() if turn is None else drawn().transpose(turn), Image.Exif()
    noted[0x0112] = orientation
    path = tmp_path / "photo.jpg"
    lying.save(path, exif=noted, quality=95)
    found = prepared(path, 28)
    assert found.size == (400, 300)
    assert np.abs(found.pixels - pixels(drawn(), tmp_path)).mean() < 0.03


def test_it_says_what_was_done(tmp_path: Path) -> None:
    path = tmp_path / "square.png"
    image = Image.new("L", (80, 60), 250)
    image.paste(10, (30, 10, 40, 50))
    image.resize((800, 600), Image.Resampling.NEAREST).save(path)
    found = prepared(path, 28)
    assert (found.size, found.box, found.scaled) == ((800, 600), (300, 100, 400, 500), (5, 20))
    assert (found.inverted, found.evened, found.thickened) == (True, False, False)
    wanted = np.zeros((28, 28))
    wanted[4:24, 12:17] = 1  # its middle at 14, as MNIST has it
    assert np.array_equal(found.pixels, wanted)
    small = prepared(path, 8)
    assert small.scaled == (8, 32)
    assert np.array_equal(small.pixels[:, 3:5], np.ones((8, 2)))


def test_the_inputs_are_what_a_network_takes(tmp_path: Path) -> None:
    path = tmp_path / "two.png"
    drawn().save(path)
    picture, net = prepared(path, 8), nn.MLP(64, [10], rng=0)
    assert picture.inputs == [picture.pixels[row, column] for row in range(8) for column in range(8)]
    assert guess(net, net(picture.inputs)) == guesses(net, outputs_of(net, [picture.inputs]))[0]


def test_digits_of_the_set_keep_their_answers_when_they_come_as_pictures(tmp_path: Path) -> None:
    data = nn.datasets.digits()
    net = nn.MLP(64, [16, 10], rng=0)
    nn.fit(net, data.train, epochs=5, batch_size=1, learning_rate=1.5)
    some = data.test.x[:60]
    sheets = [Image.fromarray((255 * (1 - x.reshape(8, 8))).round().astype("uint8")).resize((160, 160)) for x in some]
    seen = np.array([pixels(ImageOps.expand(sheet, 40, 255), tmp_path, 8).ravel() for sheet in sheets])
    same = guesses(net, outputs_of(net, seen)) == guesses(net, outputs_of(net, some))
    assert same.mean() >= 0.9


# --- what is no picture ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("blank", [Image.new("L", (50, 40), 0), Image.new("RGB", (1, 1), "white"), Image.new("RGBA", (9, 9), (0, 0, 0, 0))])
def test_nothing_written_is_said(blank: Image.Image, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="nothing is written"):
        pixels(blank, tmp_path)


def test_noise_is_nothing_written() -> None:
    assert ink_of(np.random.default_rng(0).normal(200, 3, (100, 100))) is None


@pytest.mark.parametrize(("content", "words"), [(b"", "the file is empty"), (b"A poem.", "no picture"), (b"<svg></svg>", "no picture")])
def test_other_files_are_refused(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(content)
    with pytest.raises(Refusal, match=words):
        greys_of(path)


def test_damaged_pictures_are_refused_or_read(tmp_path: Path) -> None:
    path, chance = tmp_path / "picture.png", np.random.default_rng(0)
    for ending in (".png", ".jpg", ".gif", ".bmp"):
        sheet = tmp_path / f"whole{ending}"
        drawn().save(sheet)
        whole = sheet.read_bytes()
        for _trial in range(40):
            content = bytearray(whole[: chance.integers(1, len(whole) + 1)])
            for place in chance.integers(0, len(content), 5):
                content[place] = chance.integers(256)
            path.write_bytes(content)
            try:
                greys, _size = greys_of(path)
            except Refusal:
                continue
            assert np.isfinite(greys).all()


@pytest.mark.parametrize("most", [100 * 100 - 1, 100 * 100 // 3])
def test_huge_pictures_are_refused_unread(most: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "huge.png"
    Image.new("L", (100, 100)).save(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", most)  # Pillow warns above it, and raises above twice as much
    with pytest.raises(Refusal, match="too large"):
        greys_of(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100 * 100)
    monkeypatch.setattr(image_files, "LARGEST", most)
    with pytest.raises(Refusal, match=f"at most {most:,} pixels"):
        greys_of(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        greys_of(tmp_path / "none.png")


def test_blurred_lines_are_still_lines(tmp_path: Path) -> None:
    blurred = drawn().filter(ImageFilter.GaussianBlur(3))
    assert np.abs(pixels(blurred, tmp_path) - pixels(drawn(), tmp_path)).mean() < 0.05
