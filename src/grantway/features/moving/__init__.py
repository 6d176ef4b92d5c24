"""Applications that move in from other servers, and the way out."""
