"""usage: measure.py RESULT.json COMMAND [ARGUMENT ...]

Runs a command and notes its wall time, processor time and largest resident memory; passes on its exit code.
"""

import json
import os
import subprocess
import sys
import time


def measured(command: list[str], **options) -> dict:
    """Runs the command to its end. Memory is that of the largest process, in bytes."""
    start = time.monotonic()
    process = subprocess.Popen(command, **options)
    # wait4 tells of this one child; the RUSAGE_CHILDREN of getrusage would mix it with earlier ones.
    _, status, usage = os.wait4(process.pid, 0)
    return {
        "seconds": time.monotonic() - start,
        "processorSeconds": usage.ru_utime + usage.ru_stime,
        "peakResidentBytes": usage.ru_maxrss * 1024,
        "exitCode": os.waitstatus_to_exitcode(status),
    }


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    result = measured(sys.argv[2:])
    with open(sys.argv[1], "w") as file:
        json.dump(result, file)
    sys.exit(result["exitCode"] if result["exitCode"] >= 0 else 128 - result["exitCode"])
