"""A service of ONNX Runtime for BentoML, with its adaptive batching. The inputs come stacked in one array."""

import os

import bentoml
import numpy as np
import onnxruntime


@bentoml.service(workers=1, traffic={"timeout": 120, "max_concurrency": 1024})
class Service:
    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            os.environ["BENCH_MODEL"], options, providers=["CPUExecutionProvider"]
        )
        self.inputs = self.session.get_inputs()
        self.dtype = np.int32 if "int32" in self.inputs[0].type else np.float32

    @bentoml.api(batchable=True, batch_dim=0, max_batch_size=64, max_latency_ms=10_000)
    def infer(self, x: np.ndarray) -> np.ndarray:
        stacked = x.astype(self.dtype, copy=False)
        feeds = {port.name: stacked[:, at] for at, port in enumerate(self.inputs)}
        return np.stack(self.session.run(None, feeds), axis=1)
