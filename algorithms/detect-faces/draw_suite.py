"""Makes the suite and the samples from pictures that are free of rights. Run by hand, with scikit-image 0.26.0,
matplotlib 3.11.2 and pillow from PyPI:

    python algorithms/detect-faces/draw_suite.py

Faces: Eileen Collins (NASA, public domain; `astronaut` of scikit-image) and Grace Hopper (US Navy, public domain;
`grace_hopper.jpg` of matplotlib). Their boxes were marked by hand. The grounds and the pictures
without faces: of scikit-image, by its docstrings CC0 (`chelsea`, `coffee`, `brick`, `grass`, `gravel`), public domain (`rocket`)
or without known restriction (`coins`).
"""

import json
import os
import pathlib

import matplotlib
import numpy
from PIL import Image, ImageEnhance, ImageFilter, ImageOps
from skimage import data

SUITE = pathlib.Path(__file__).parent / "suite"
SAMPLES = pathlib.Path(__file__).parent / "samples"
QUALITY = 78

collins = (Image.fromarray(data.astronaut()), [(178, 68, 272, 188)])
navy = os.path.join(os.path.dirname(matplotlib.__file__), "mpl-data", "sample_data", "grace_hopper.jpg")
hopper = (Image.open(navy).convert("RGB"), [(175, 128, 362, 335)])


def scaled(take, factor):
    picture, boxes = take
    size = (round(picture.width * factor), round(picture.height * factor))
    return picture.resize(size, Image.Resampling.LANCZOS), [tuple(each * factor for each in box) for box in boxes]


def mirrored(take):
    picture, boxes = take
    return ImageOps.mirror(picture), [(picture.width - c, b, picture.width - a, d) for a, b, c, d in boxes]


def turned(take, degrees):
    """Around the face, whose upright box hardly changes."""
    picture, [box] = take
    centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return picture.rotate(degrees, Image.Resampling.BICUBIC, center=centre, fillcolor=(90, 90, 90)), [box]


def changed(take, change):
    return change(take[0]), take[1]


def composed(size, ground, *parts):
    """Takes on a ground that is repeated, each at (left, top)."""
    picture = Image.new("RGB", size)
    for left in range(0, size[0], ground.width):
        for top in range(0, size[1], ground.height):
            picture.paste(ground, (left, top))
    boxes = []
    for (part, its), left, top in parts:
        picture.paste(part, (left, top))
        boxes += [(a + left, b + top, c + left, d + top) for a, b, c, d in its]
    return picture, boxes


def noisy(picture):
    noise = numpy.random.default_rng(7).normal(0, 22, (picture.height, picture.width, 3))
    return Image.fromarray(numpy.clip(numpy.asarray(picture) + noise, 0, 255).astype(numpy.uint8))


def covered(take):
    """The lower two fifths of the face behind a plain mask."""
    picture, [(a, b, c, d)] = take
    masked = picture.copy()
    masked.paste((150, 190, 215), (round(a), round(b + (d - b) * 0.6), round(c), round(d)))
    return masked, [(a, b, c, d)]


def image(name):
    return Image.fromarray(getattr(data, name)()).convert("RGB")


brick, grass, gravel = image("brick"), image("grass"), image("gravel")
half = [scaled(collins, 0.45), scaled(hopper, 0.4)]
crowd = [(scaled(collins if index % 3 else hopper, 0.16 + 0.03 * (index % 4)), 10 + index % 5 * 145, 8 + index // 5 * 155) for index in range(15)]
brightness = lambda factor: lambda picture: ImageEnhance.Brightness(picture).enhance(factor)

takes = {
    "collins": collins,
    "hopper": hopper,
    "collins-mirrored": mirrored(collins),
    "hopper-mirrored": mirrored(hopper),
    "collins-grey": changed(collins, lambda picture: ImageOps.grayscale(picture).convert("RGB")),
    "hopper-grey": changed(hopper, lambda picture: ImageOps.grayscale(picture).convert("RGB")),
    "collins-dark": changed(collins, brightness(0.3)),
    "hopper-bright": changed(hopper, brightness(1.7)),
    "collins-noisy": changed(collins, noisy),
    "hopper-blurred": changed(hopper, lambda picture: picture.filter(ImageFilter.GaussianBlur(4))),
    "collins-turned": turned(collins, 20),
    "hopper-turned": turned(hopper, -20),
    "collins-masked": covered(collins),
    "hopper-masked": covered(hopper),
    "collins-small": composed((512, 384), gravel, (scaled(collins, 0.3), 300, 180)),
    "hopper-small": composed((512, 384), grass, (scaled(hopper, 0.2), 60, 90)),
    "collins-tiny": composed((512, 384), brick, (scaled(collins, 0.14), 200, 120)),
    "two": composed((512, 300), brick, (half[0], 10, 40), (half[1], 280, 30)),
    "two-mirrored": composed((512, 300), grass, (mirrored(half[1]), 20, 30), (mirrored(half[0]), 270, 40)),
    "crowd": composed((760, 480), gravel, *crowd),
    "no-cat": (image("chelsea"), []),
    "no-coffee": (image("coffee"), []),
    "no-rocket": (image("rocket"), []),
    "no-coins": (image("coins"), []),
    "no-gravel": (gravel.resize((400, 400)), []),
    "no-brick": (brick.resize((300, 300)), []),
}
samples = {"portrait": "hopper", "crowd": "crowd", "dark": "collins-dark"}

if __name__ == "__main__":
    (SUITE / "files").mkdir(parents=True, exist_ok=True)
    SAMPLES.mkdir(exist_ok=True)
    cases = []
    for name, (picture, boxes) in takes.items():
        file = f"files/{name}.jpg"
        picture.save(SUITE / file, quality=QUALITY)
        sides = ("xmin", "ymin", "xmax", "ymax")
        marked = [{"label": "face", "box": {side: round(at, 1) for side, at in zip(sides, box)}} for box in boxes]
        cases.append(json.dumps({"id": name, "file": file, "expected": {"boxes": marked}}))
    (SUITE / "cases.jsonl").write_text("\n".join(cases) + "\n")
    for sample, name in samples.items():
        takes[name][0].save(SAMPLES / f"{sample}.jpg", quality=QUALITY)
