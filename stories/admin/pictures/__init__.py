"""Routes as small pictures that need no script: strokes, places, the picture."""
