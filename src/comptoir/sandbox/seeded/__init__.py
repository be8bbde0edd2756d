"""A simulated region: real communes and populations, invented people, posts, nights and reports."""
