"""
Compiled kernels on disk: a kernel that was compiled once starts in later processes without the compiler being loaded.

    settings.py     where the directory is, how large it may get, whether it can be trusted     environment variables
    store.py        keys and bytes in that directory: written whole, checked, the oldest dropped     knows no kernels
    fingerprint.py  what a compiler is: its version, its sources, the packages it is made with
    records.py      keys of programs and kernels; kernels and outlines as bytes                 plain JSON and bytes, no pickle

What the compiler makes depends on nothing but what is in a key. Nothing here raises because of what lies in the directory: what
cannot be read, trusted or understood is not there, and what cannot be written is not kept.
"""
