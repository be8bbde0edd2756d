"""One module per publisher or protocol family, and the one HTTP session factory."""
