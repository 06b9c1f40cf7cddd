"""Pictures: facts, renditions, cleaned originals, public files, look-alikes.

Pure over bytes and paths; knows nothing of keys. All of it runs in worker processes: what goes in and comes out can be
pickled.
"""
