"""What both Python harnesses need."""

import errno
import importlib.util
import random
import sys
import traceback

MESSAGE_MAX = 2000


def claim_of(error):
    """An error as the protocol says it: its kind from the system's number, and its text cut short."""
    kind = "error"
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
        kind = "disk"
    if isinstance(error, MemoryError):
        kind = "memory"
    try:
        message = "".join(traceback.format_exception(error))
    except BaseException:
        message = "the program raised"
    return {"kind": kind, "message": message[-MESSAGE_MAX:]}


def load_program(entry):
    """Imports the program's entry file; `random` gives the same numbers in each run."""
    random.seed(1)
    sys.path.insert(0, "/program")
    spec = importlib.util.spec_from_file_location("program", f"/program/{entry}")
    module = importlib.util.module_from_spec(spec)
    sys.modules["program"] = module
    spec.loader.exec_module(module)
    return module
