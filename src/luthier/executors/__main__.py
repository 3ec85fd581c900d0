"""`python -m luthier.executors FD`: a worker process; its driver starts it, nobody else needs to."""

import sys

from luthier.executors.worker import main

if __name__ == "__main__":
    main(int(sys.argv[1]))
