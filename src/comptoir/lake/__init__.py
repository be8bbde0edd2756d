"""Landing, verdicts, conform, bronze, quarantine."""
