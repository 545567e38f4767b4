"""Letters: support and invitation for a visa, from templates, numbered, frozen and verifiable."""
