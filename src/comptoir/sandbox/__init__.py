"""The publishers' simulator: the same protocols over a seeded or a recorded world.

It plays the publishers, so it shares no code with the connectors: of comptoir it imports the settings only.
"""
