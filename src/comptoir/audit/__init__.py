"""Great Expectations: the landing gate, the serving gate, and what their verdicts mean."""
