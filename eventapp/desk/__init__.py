"""The organiser's home: overview and audit."""
