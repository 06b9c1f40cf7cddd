"""Where a site goes: one small interface (`base`), one file a host.

Every host is given the finished `dist/` and nothing else; none of them sees a key. What a visitor meets changes in one
step: new objects first, then what points at them, then pages, and what is gone is removed last.
"""
