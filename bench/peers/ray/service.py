"""A deployment of ONNX Runtime for Ray Serve, with its dynamic batching. Bodies are the bytes of the stacked inputs."""

import os
import time

import numpy as np
import onnxruntime
import ray
from ray import serve
from starlette.requests import Request
from starlette.responses import Response


@serve.deployment(num_replicas=1, max_ongoing_requests=1024, ray_actor_options={"num_cpus": 1})
class Model:
    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            os.environ["BENCH_MODEL"], options, providers=["CPUExecutionProvider"]
        )
        self.inputs = self.session.get_inputs()
        self.dtype = np.int32 if "int32" in self.inputs[0].type else np.float32
        fixed = [size if isinstance(size, int) else 0 for size in self.inputs[0].shape[1:]]
        self.shape = fixed if 0 not in fixed else [3, 48, 320]

    @serve.batch(max_batch_size=64, batch_wait_timeout_s=0.0)
    async def infer(self, arrays):
        stacked = np.concatenate(arrays)
        feeds = {port.name: stacked[:, at] for at, port in enumerate(self.inputs)}
        answers = np.stack(self.session.run(None, feeds), axis=1)
        return [answers[at : at + 1] for at in range(len(arrays))]

    async def __call__(self, request: Request) -> Response:
        body = np.frombuffer(await request.body(), dtype=self.dtype)
        answer = await self.infer(body.reshape([1, len(self.inputs), *self.shape]))
        return Response(answer.tobytes(), media_type="application/octet-stream")


ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
serve.start(http_options={"host": "127.0.0.1", "port": int(os.environ["BENCH_PORT"])})
serve.run(Model.bind(), route_prefix="/")
while True:
    time.sleep(60)
