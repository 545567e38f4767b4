"""The application that the live servers of browser tests run, with an instance folder of its own."""

import os
from pathlib import Path

from eventapp.application import create_app
from eventapp.core.config import settings_from

app = create_app(settings_from(instance=Path(os.environ["LIVE_INSTANCE"])))
