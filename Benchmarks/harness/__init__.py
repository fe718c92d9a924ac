"""What the benchmark scripts share: corpora, recordings, programs, scoring, reports."""
