"""What pictures say about themselves: reading EXIF, XMP and IPTC, and rebuilding them from the fields that may stay.

Cleaning is by allowance: a block is written anew from known fields, so what we have never heard of cannot stay by
accident.
"""
