"""Taking locations, serial numbers and previews out of originals without touching a pixel, one format a module.

Each module has `cleaned(file)`, which gives the new file as a rope: spans of the old one and new bytes between.
"""
