"""The peer's side of a comparison: a process that measures when it is told to, and rests while the other one does.

It says one line of JSON when it is warm, one for each line "measure" that it reads, and one for "end", its last.
"""
import json
import os
import platform
import resource
import sys
import time


class Unavailable(Exception):
    """A setting that does not work on this machine, with the reason."""


def serve(prepare, repetitions, versions, warm_ups=3):
    """Warms up what `prepare` returns, a function for one repetition that returns the number of units it did, and serves."""
    # libraries print to the standard output; the protocol keeps it to itself
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(**answer):
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    try:
        repeat = prepare()
        for _ in range(warm_ups):
            repeat()
    except Unavailable as reason:
        say(unavailable=str(reason))
        return
    say(ready=True, versions={"python": platform.python_version(), **versions})
    for command in sys.stdin:
        if command.strip() == "measure":
            seconds, units = [], 0
            for _ in range(repetitions):
                begin = time.perf_counter()
                units = repeat()
                seconds.append(time.perf_counter() - begin)
            say(seconds=seconds, units=units)
        elif command.strip() == "end":
            break
    say(peakMemoryMiB=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
