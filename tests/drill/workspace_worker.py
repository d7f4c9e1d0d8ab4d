"""A process of the drill on a real workspace: imports small files and scores, again and again, and says what was acknowledged.

python workspace_worker.py WORKSPACE FILES LOG import|score|read
"""

import json
import os
import random
import sys
import time
from pathlib import Path

import engagetree
from engagetree.errors import NotFound, WorkspaceBusy


def main(root: Path, files: Path, log: Path, role: str) -> None:
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def say(**what):
        os.write(out, (json.dumps(what) + "\n").encode())

    work, chance = engagetree.open(root), random.Random()
    while True:
        try:
            if role == "import":
                path = chance.choice(sorted(files.glob("events-*.csv")))
                say(kind="ack", name=path.name, known=work.take(path).known)
            elif role == "score":
                work.score()
                say(kind="scored", periods=len(work.periods()))
            else:
                # A reader sees whole scorings only: every period has everybody.
                table = work.scores(history=True).arrow()
                per = table.group_by("period").aggregate([("participant", "count")]).to_pylist()
                say(kind="read", sizes=sorted({r["participant_count"] for r in per}), periods=len(per))
        except (NotFound, WorkspaceBusy) as error:
            say(kind="wait", why=str(error))
        except Exception as error:
            say(kind="crash", why=f"{type(error).__name__}: {error}")
        time.sleep(0.01)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
