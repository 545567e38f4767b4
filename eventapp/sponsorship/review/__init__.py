"""Review of requests: assignments, scores, discussion, and who must not see what."""
