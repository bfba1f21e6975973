"""Passes from source to laid-out `sm`: hardware-neutral, one a file, each named as its file is."""
