"""A model of ONNX Runtime for MLServer, with its adaptive batching, in the process of the server itself."""

import os

import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse


class OnnxModel(MLModel):
    async def load(self) -> bool:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            os.environ["BENCH_MODEL"], options, providers=["CPUExecutionProvider"]
        )
        self.output_names = [port.name for port in self.session.get_outputs()]
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        feeds = {given.name: NumpyCodec.decode_input(given) for given in payload.inputs}
        values = self.session.run(self.output_names, feeds)
        answers = [NumpyCodec.encode_output(*pair) for pair in zip(self.output_names, values)]
        return InferenceResponse(model_name=self.name, outputs=answers)
