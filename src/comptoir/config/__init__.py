"""What this installation watches: ``comptoir.yml``, read and checked."""
