"""The WSGI entry point: `gunicorn wsgi:app`, `flask --app wsgi …`."""

import sys

from eventapp.application import create_app
from eventapp.core.config import BadConfiguration

try:
    app = create_app()
except BadConfiguration as error:
    sys.stderr.write(f"eventapp does not start:\n{error}\n")
    sys.exit(3)  # gunicorn takes 3 for "does not boot" and stops, instead of trying for ever
