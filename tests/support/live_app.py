"""The application that the live servers of browser tests run, with an instance folder of its own."""

import os
from pathlib import Path

from eventapp.application import create_app, worker
from eventapp.core.config import settings_from

# A test waits for each of its mails, a person for one.
worker.BUSY_PAUSE_SECONDS = worker.IDLE_PAUSE_SECONDS = worker.PRINT_PAUSE_SECONDS = 0.25

app = create_app(settings_from(instance=Path(os.environ["LIVE_INSTANCE"])))
