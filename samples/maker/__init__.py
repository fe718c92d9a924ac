"""Makes the sample meeting: its script, voices, noise, moving lips, faces and gallery."""
